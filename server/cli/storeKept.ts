/** `vantage store`, `store keep` and `store unkeep`: what is kept of the records, by whom, and how much room there is. Keeping is left to `server/store/`. */
import { userInfo } from 'node:os';
import { utc } from '../../src/core/report/format.ts';
import { defaultRetention } from '../config/config.ts';
import { loadSettings } from '../config/loadSettings.ts';
import { askedDays } from '../store/pins.ts';
import type { StoreReading } from '../store/reading.ts';
import type { Retention } from '../store/pins.ts';
import { exits } from './command/exitStatus.ts';
import { readOptions, recordId } from './command/options.ts';
import { oneLine } from './command/progress.ts';
import { dataOf, writePins, readRecords } from './command/openRecords.ts';
import { CliError, type CliContext } from './command/verb.ts';

export const keptUsage = `usage: vantage store [--data DIRECTORY] [--config FILE]
       vantage store keep RUN|SET
       vantage store unkeep RUN|SET…

Says how much is in the store and what its limits are; what somebody keeps, who and since when; and which records were asked for as a
report in the last ${askedDays} days: those are the last to be taken away. \`keep\` keeps a record for good, \`unkeep\` lets the limits hold for it
again, as Pin and Unpin on its page do. Also beside a running server.

  --data DIRECTORY     where the records are (default .vantage/data)
  --config FILE        the server's file of settings, for its limits; they are looked for in the environment too`;

export async function showKept(args: readonly string[], shell: CliContext): Promise<number> {
  const { data, limits, positionals } = optionsOf(args, shell);
  if (positionals.length > 0) throw new CliError('Expected nothing after `vantage store`.', keptUsage);
  await readRecords(data, (store) => shell.out(overview(store, limits)));
  return exits.agrees;
}

export async function runKeep(args: readonly string[], shell: CliContext): Promise<number> {
  const { data, limits, positionals } = optionsOf(args, shell);
  const id = recordId(positionals[0], keptUsage);
  const by = `${whoAmI()} (vantage store)`;
  const result = await writePins(data, (keeping) => keeping.keep(id, { by, at: new Date() }, limits));
  if (!result.done) throw new CliError(result.message);
  shell.out(`${id} is kept.\n`);
  return exits.agrees;
}

export async function runUnkeep(args: readonly string[], shell: CliContext): Promise<number> {
  const { data, positionals } = optionsOf(args, shell);
  for (const id of [recordId(positionals[0], keptUsage), ...positionals.slice(1)]) {
    if (!(await writePins(data, (keeping) => keeping.release(id))))
      throw new CliError(`There is no run or set ${id} in ${data}.`);
    shell.out(`${id} is no longer kept: the limits hold for it again.\n`);
  }
  return exits.agrees;
}

function optionsOf(args: readonly string[], { root }: CliContext) {
  const { values, positionals } = readOptions(args, keptUsage, {
    ...{ data: { type: 'string' }, config: { type: 'string' } },
  });
  return { data: dataOf(values.data, root), limits: limitsOf(values.config), positionals };
}

/** Those that the server has, when it is started with this file in this environment. */
function limitsOf(config: string | undefined): Retention {
  const read = loadSettings(config === undefined ? [] : ['--config', config], process.env);
  if (read === 'help') return defaultRetention;
  const { 'keep-runs': runs, 'keep-days': days, 'keep-mib': mebibytes } = read.values;
  return {
    runs: runs ?? defaultRetention.runs,
    days: days ?? defaultRetention.days,
    bytes: mebibytes === undefined ? defaultRetention.bytes : mebibytes * MIB,
  };
}

function overview(store: StoreReading, limits: Retention): string {
  const all = store.history.total();
  const kept = store.keeping.total();
  const since = new Date(Date.now() - askedDays * 86_400_000).toISOString();
  const records = store.keeping
    .list()
    .map(
      ({ id, kind, title, runs, bytes, by, at }) =>
        `  ${id}  ${kind === 'set' ? `set of ${runs}` : 'run'}, ${mib(bytes)} MiB, by ${by || 'nobody in particular'}${at === '' ? '' : ` since ${utc(at)}`}  ${oneLine(title)}`,
    );
  const asked = store.keeping
    .asked(since)
    .map(
      ({ id, kind, at }) =>
        `  ${id}  ${kind}, asked for ${utc(at)}; goes last until ${utc(new Date(Date.parse(at) + askedDays * 86_400_000).toISOString())}`,
    );
  return `${[
    `${all.runs} runs with ${mib(all.bytes)} MiB. The limits are ${limits.runs} runs, ${limits.days} days and ${mib(limits.bytes)} MiB.`,
    `Kept by somebody, whatever the limits: ${kept.runs} runs with ${mib(kept.bytes)} MiB, of at most ${Math.floor(limits.runs / 2)} runs and ${mib(limits.bytes / 2)} MiB.`,
    ...records,
    `Asked for as a report in the last ${askedDays} days: ${asked.length}.`,
    ...asked,
  ].join('\n')}\n`;
}

/** In a container the user may have no name. */
function whoAmI(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? ''}`;
  }
}

const MIB = 1024 * 1024;
const mib = (bytes: number): string => (bytes / MIB).toFixed(1);
