/** `vantage store`: what is kept of the records, by whom, and how much room there is. What a store is, is left to `server/store/`. */
import { userInfo } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { utc } from '../../src/core/report/words.ts';
import { keepByDefault } from '../config.ts';
import { gather } from '../settingsFrom.ts';
import { askedDays, openKeeping } from '../store/keeping.ts';
import { indexOf, type StoreReading } from '../store/reading.ts';
import type { Retention } from '../store/retention.ts';
import { exits } from './exits.ts';
import { readOptions, recordId } from './options.ts';
import { oneLine } from './progress.ts';
import { dataOf, reading } from './store.ts';
import { CliError, type Shell, type Verb } from './verb.ts';

const usage = `usage: vantage store [--data DIRECTORY] [--config FILE]
       vantage store keep RUN|SET
       vantage store unkeep RUN|SET

Says how much is in the store and what its limits are; what somebody keeps, who and since when; and which records were asked for as a
report in the last ${askedDays} days: those are the last to be taken away. \`keep\` keeps a record for good, \`unkeep\` lets the limits hold for it
again, as Pin and Unpin on its page do. Also beside a running server.

  --data DIRECTORY     where the records are (default .vantage/data)
  --config FILE        the server's file of settings, for its limits; they are looked for in the environment too`;

/** What comes after `vantage store`; the empty one is the verb by itself. */
type Subcommand = (positionals: readonly string[], options: Options, shell: Shell) => Promise<void>;
type Options = { readonly data: string; readonly limits: Retention };

const subcommands: Readonly<Record<string, Subcommand>> = {
  '': (_, { data, limits }, { out }) => reading(data, (store) => out(overview(store, limits))),
  keep: async ([id], { data, limits }, { out }) => {
    const run = recordId(id, usage);
    const result = await writing(data, (keeping) =>
      keeping.keep(run, { by: `${whoAmI()} (vantage store)`, at: new Date() }, limits),
    );
    if (!result.done) throw new CliError(result.say);
    out(`${run} is kept.\n`);
  },
  unkeep: async ([id], { data }, { out }) => {
    const run = recordId(id, usage);
    if (!(await writing(data, (keeping) => keeping.release(run))))
      throw new CliError(`There is no run or set ${run} in ${data}.`);
    out(`${run} is no longer kept: the limits hold for it again.\n`);
  },
};

async function run(args: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = readOptions(args, usage, {
    ...{ data: { type: 'string' }, config: { type: 'string' } },
  });
  const [name = '', ...rest] = positionals;
  const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  if (subcommand === undefined)
    throw new CliError(
      `Expected ${Object.keys(subcommands).filter(Boolean).join(' or ')}, found "${name}".`,
      usage,
    );
  const options = { data: dataOf(values.data, shell.root), limits: limitsOf(values.config) };
  await subcommand(rest, options, shell);
  return exits.agrees;
}

/** Those that the server has, when it is started with this file in this environment. */
function limitsOf(config: string | undefined): Retention {
  const read = gather(config === undefined ? [] : ['--config', config], process.env);
  if (read === 'help') return keepByDefault;
  const { 'keep-runs': runs, 'keep-days': days, 'keep-mib': mebibytes } = read.values;
  return {
    runs: runs ?? keepByDefault.runs,
    days: days ?? keepByDefault.days,
    bytes: mebibytes === undefined ? keepByDefault.bytes : mebibytes * MIB,
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

/** One mark in the index: SQLite lets us write it beside a server, which sees it at its next look. */
async function writing<T>(data: string, work: (keeping: ReturnType<typeof openKeeping>) => T): Promise<T> {
  // First: whatever is wrong with the folder or its version is said by it.
  await reading(data, () => {});
  const database = new DatabaseSync(indexOf(data));
  try {
    database.exec('PRAGMA busy_timeout = 2000');
    return work(openKeeping(database));
  } finally {
    database.close();
  }
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

export const storeVerb: Verb = {
  name: 'store',
  about: 'says what is kept of the records and by whom; keeps one, or lets it go',
  ...{ usage, cancels: false, run },
};
