/** `vantage watch`: takes chosen checks on a schedule and tells when a row or the limitation changes. What counts as a change is left to `changes.ts`. */
import { setTimeout as pause } from 'node:timers/promises';
import { limitationStatus } from '../../src/core/run/limitation.ts';
import { count, span, utc } from '../../src/core/report/format.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { type Change, changesOf, changeText, rowText, type Turn } from './command/watchChanges.ts';
import { exitOf, exits, exitsText } from './command/exitStatus.ts';
import { countOf, durationMs, readOptions } from './command/options.ts';
import { placeChoice, placeOptions, placeUsage } from './command/openTarget.ts';
import { oneLine } from './command/progress.ts';
import { type SelectedCheck, selectChecks } from './command/selectChecks.ts';
import { contentOf, openSession, type Session, type CheckRun } from './command/session.ts';
import { dataOf } from './command/openRecords.ts';
import { CliError, type CliContext, type Verb } from './command/verb.ts';
import { createWebhook } from './command/webhook.ts';

const usage = `usage: vantage watch CHECK… --every TIME [options]

  CHECK…               the checks to take, by id; or --all, or --writeup ID
  --every TIME         from one start to the next: 30s, 5m, 2h (1s to 7d)
  --times N            ends after so many turns (default: goes on until Ctrl-C)
  --webhook URL        is called with JSON (POST) when a row or the limitation status changes
  --record             keeps every turn as a record; no server can use the folder meanwhile
  --data DIRECTORY     where they are kept (default .vantage/data)
${placeUsage}

${exitsText}; of the last turn`;

async function run(args: readonly string[], shell: CliContext): Promise<number> {
  const { values, positionals } = readOptions(args, usage, {
    ...{ every: { type: 'string' }, times: { type: 'string' }, webhook: { type: 'string' } },
    ...{ record: { type: 'boolean', default: false }, data: { type: 'string' } },
    ...{ all: { type: 'boolean', default: false }, writeup: { type: 'string' } },
    ...placeOptions,
  });
  if (values.every === undefined) throw new CliError('Say how often: --every 5m.', usage);
  if (values.data !== undefined && !values.record)
    throw new CliError('--data says where --record keeps the runs: write --record too.', usage);
  const every = durationMs('--every', values.every, usage);
  const times = values.times === undefined ? undefined : countOf('--times', values.times, usage);
  const { signal, print } = shell;
  const webhook = values.webhook === undefined ? undefined : createWebhook(values.webhook, { print, signal });
  const choice = placeChoice(values, usage);
  const writeups = await contentOf(shell.root);
  const { all, writeup } = values;
  const chosen = selectChecks(writeups, { checks: positionals, from: [], writeup, all }, usage);
  const data = values.record ? dataOf(values.data, shell.root) : undefined;
  const session = await openSession({
    ...{ root: shell.root, writeups, chosen, choice, data, by: 'vantage watch', signal, log: print },
  });
  try {
    print(
      [
        `Takes ${chosen.map(({ loaded }) => loaded.check.id).join(', ')} on ${session.place.message}, every ${span(every / 1000)}`,
        times === undefined ? ' until Ctrl-C' : `, ${count(times, 'time')}`,
        data === undefined ? '' : `; keeps every turn in ${data}`,
        webhook === undefined ? '' : `; calls ${webhook.to} when a row or the limitation status changes`,
        '.',
      ].join(''),
    );
    let before: Turn | undefined;
    for (let number = 1; ; number += 1) {
      const began = performance.now();
      const taken = await session.take(chosen, () => {});
      if (signal.aborted) return exits.interrupted;
      const turn = turnOf(taken, chosen);
      const now = new Date().toISOString();
      const print = (text: string) => shell.out(`${utc(now)}  ${oneLine(text)}\n`);
      if (before === undefined) for (const line of firstLines(turn)) print(line);
      const changes = before === undefined ? [] : changesOf(before, turn);
      for (const change of changes) print(changeText(change));
      before = turn;
      if (changes.length > 0) await webhook?.send(message(changes, session, taken, now, data !== undefined));
      if (number === times) return exitOf(turn.rows.map(({ verdict }) => verdict));
      await pause(Math.max(0, began + every - performance.now()), undefined, { signal }).catch(() => {});
      if (signal.aborted) return exits.interrupted;
    }
  } finally {
    await session.close();
  }
}

function turnOf({ ended, records }: CheckRun, chosen: readonly SelectedCheck[]): Turn {
  const writeupOf = (run: string): string =>
    records.find(({ runs }) => runs.some(({ view }) => view.header.run === run))?.writeup.id ?? '';
  const rows = ended.map(({ run, check, judgement }) => ({
    ...{ writeup: writeupOf(run), check, run, verdict: judgement.verdict, observed: judgement.observed },
    ...{ outcome: judgement.outcome, problem: judgement.problem?.kind },
  }));
  const deciding = (writeup: LoadedWriteup) => writeup.writeup.limitation?.checks ?? [];
  const statuses = [...new Set(chosen.map(({ writeup }) => writeup))].flatMap((writeup) => {
    const checks = deciding(writeup);
    const own = chosen.filter((one) => one.writeup === writeup).map(({ loaded }) => loaded.check.id);
    // A part of the deciding rows decides nothing, however often it is taken.
    if (checks.length === 0 || !checks.every((check) => own.includes(check))) return [];
    const latest = ended.filter(({ run }) => writeupOf(run) === writeup.id);
    const { status, message } = limitationStatus(checks, latest);
    return { writeup: writeup.id, status, message };
  });
  return { rows, statuses };
}

/** What later turns are compared with. */
const firstLines = ({ rows, statuses }: Turn): string[] => [
  ...rows.map((row) => `${row.check}: ${rowText(row)}`),
  ...statuses.map(({ writeup, status, message }) => `the limitation of ${writeup}: ${status}. ${message}`),
];

/** What the webhook gets. `record` is an id in the data folder, where turns are kept. */
function message(
  changes: readonly Change[],
  { place }: Session,
  { records, ended }: CheckRun,
  at: string,
  kept: boolean,
) {
  const { name, source } = place.open.fleet;
  return {
    version: 1,
    at,
    fleet: name,
    source,
    condition: ended[0]?.condition ?? '',
    text: changes.map(changeText).join('\n'),
    changes,
    records: kept ? records.map(({ id }) => id) : [],
  };
}

export const watchVerb: Verb = {
  name: 'watch',
  about: 'takes checks on a schedule and tells when something changes',
  ...{ usage, cancels: true, run },
};
