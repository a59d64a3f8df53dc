/** `vantage watch`: runs checks on a schedule and reports when a row or the limitation changes. */
import { setTimeout as pause } from 'node:timers/promises';
import { limitationStatus } from '../../src/core/run/limitation.ts';
import { span, utc } from '../../src/core/report/format.ts';
import { count as counted } from '../../src/core/report/units.ts';
import { exitStatus, exitStatusNote, exitStatusOf } from './command/exitStatus.ts';
import { recordingPlace, recordOptions } from './command/openRecords.ts';
import { count, durationMs, required, text } from './command/options.ts';
import { targetChoice, targetOptions } from './command/openTarget.ts';
import { oneLine } from './command/progress.ts';
import { type SelectedCheck, selectChecks, selectionOptions } from './command/selectChecks.ts';
import { type CheckRun, loadWriteups, openSession, type Session } from './command/session.ts';
import { anyOperands, defineVerb } from './command/verb.ts';
import { placeName } from '../store/open.ts';
import { createWebhook } from './command/webhook.ts';

export const watchVerb = defineVerb({
  name: 'watch',
  about: 'runs checks on a schedule and reports when something changes',
  operands: { form: 'CHECK… --every TIME', ...anyOperands },
  options: {
    ...selectionOptions,
    every: required(durationMs('from one start to the next: 30s, 5m, 2h')),
    times: count('ends after so many turns (default: at Ctrl-C)'),
    webhook: text('URL', 'gets JSON (POST) when a row or the limitation status changes'),
    ...targetOptions,
    ...recordOptions,
  },
  notes: `With --record no server can use a data folder meanwhile.\n\n${exitStatusNote}; of the last turn`,
  cancels: true,
  async run({ values, operands }, { root, signal, print, out }) {
    const { every, times } = values;
    const place = recordingPlace(values, root);
    const webhook =
      values.webhook === undefined ? undefined : createWebhook(values.webhook, { print, signal });
    const choice = targetChoice(values);
    const writeups = await loadWriteups(root);
    const checks = selectChecks(writeups, { ...values, checks: operands });
    const session = await openSession({
      ...{ root, writeups, checks, choice, place, by: 'vantage watch', signal, log: print },
    });
    try {
      const plan = [
        `Runs ${checks.map(({ loaded }) => loaded.check.id).join(', ')} on ${session.target.message}, every ${span(every / 1000)}`,
        times === undefined ? ' until Ctrl-C' : `, ${counted(times, 'time')}`,
        place === undefined ? '' : `; keeps every turn in ${placeName(place)}`,
        webhook === undefined ? '' : `; calls ${webhook.to} when a row or the limitation status changes`,
      ];
      print(`${plan.join('')}.`);
      let before: Turn | undefined;
      for (let number = 1; ; number += 1) {
        const startedAt = performance.now();
        const run = await session.runChecks(checks);
        if (signal.aborted) return exitStatus.interrupted;
        const turn = turnOf(run, checks);
        const at = new Date().toISOString();
        const changes = before === undefined ? [] : changesOf(before, turn);
        const lines = before === undefined ? firstLines(turn) : changes.map(changeText);
        for (const line of lines) out(`${utc(at)}  ${oneLine(line)}\n`);
        before = turn;
        if (changes.length > 0)
          await webhook?.send(webhookBody(changes, session, run, at, place !== undefined));
        if (number === times) return exitStatusOf(turn.rows.map(({ verdict }) => verdict));
        const waitMs = Math.max(0, startedAt + every - performance.now());
        await pause(waitMs, undefined, { signal }).catch(() => {});
        if (signal.aborted) return exitStatus.interrupted;
      }
    } finally {
      await session.close();
    }
  },
});

function turnOf({ ended, records }: CheckRun, checks: readonly SelectedCheck[]) {
  const writeupOf = (run: string): string =>
    records.find(({ runs }) => runs.some(({ view }) => view.header.run === run))?.writeup.id ?? '';
  const rows = ended.map(({ run, check, judgement: { verdict, observed, outcome, problem } }) => ({
    ...{ writeup: writeupOf(run), check, run, verdict, observed, outcome, problem: problem?.kind },
  }));
  const statuses = [...new Set(checks.map(({ writeup }) => writeup))].flatMap((writeup) => {
    const deciding = writeup.writeup.limitation?.checks ?? [];
    const own = checks.filter((one) => one.writeup === writeup).map(({ loaded }) => loaded.check.id);
    // Only all the deciding rows together decide.
    if (deciding.length === 0 || !deciding.every((check) => own.includes(check))) return [];
    const latest = ended.filter(({ run }) => writeupOf(run) === writeup.id);
    const { status, message } = limitationStatus(deciding, latest);
    return { writeup: writeup.id, status, message };
  });
  return { rows, statuses };
}

const firstLines = ({ rows, statuses }: Turn): string[] => [
  ...rows.map((row) => `${row.check}: ${rowText(row)}`),
  ...statuses.map(({ writeup, status, message }) => `the limitation of ${writeup}: ${status}. ${message}`),
];

/** `records` has ids in the data folder, where turns are kept. */
function webhookBody(
  changes: readonly Change[],
  { target }: Session,
  { records, ended }: CheckRun,
  at: string,
  isRecorded: boolean,
) {
  const { name: fleet, source } = target.open.fleet;
  const condition = ended[0]?.condition ?? '';
  const about = { version: 1, at, fleet, source, condition, text: changes.map(changeText).join('\n') };
  return { ...about, changes, records: isRecorded ? records.map(({ id }) => id) : [] };
}

export type Turn = ReturnType<typeof turnOf>;
export type WatchedRow = Turn['rows'][number];
type WatchedStatus = Turn['statuses'][number];
export type Change =
  | { readonly of: 'row'; readonly before: WatchedRow; readonly after: WatchedRow }
  | { readonly of: 'limitation'; readonly before: WatchedStatus; readonly after: WatchedStatus };

/** A row changes with its verdict, its outcome or its kind of problem; values that vary between runs, such as times, do not count. */
export function changesOf(before: Turn, after: Turn): readonly Change[] {
  const rows = after.rows.flatMap((row): Change[] => {
    const old = before.rows.find(({ writeup, check }) => writeup === row.writeup && check === row.check);
    const isSame =
      old === undefined ||
      (old.verdict === row.verdict && old.outcome === row.outcome && old.problem === row.problem);
    return isSame ? [] : [{ of: 'row', before: old, after: row }];
  });
  const statuses = after.statuses.flatMap((status): Change[] => {
    const old = before.statuses.find(({ writeup }) => writeup === status.writeup);
    const isSame = old === undefined || old.status === status.status;
    return isSame ? [] : [{ of: 'limitation', before: old, after: status }];
  });
  return [...rows, ...statuses];
}

export function changeText(change: Change): string {
  if (change.of === 'row')
    return `${change.after.check}: ${rowText(change.before)} → ${rowText(change.after)}`;
  const { before, after } = change;
  return `the limitation of ${after.writeup}: ${before.status} → ${after.status}. ${after.message}`;
}

export const rowText = ({ verdict, observed }: WatchedRow): string => `${verdict} (${observed})`;
