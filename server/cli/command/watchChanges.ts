/** What changed between two turns of a watch. Pure. */
import type { LimitationStatus } from '../../../src/core/run/limitation.ts';
import type { Problem, Verdict } from '../../../src/core/vocabulary.ts';

export type WatchedRow = {
  readonly writeup: string;
  readonly check: string;
  readonly run: string;
  readonly verdict: Verdict;
  readonly outcome: string | undefined;
  readonly problem: Problem['kind'] | undefined;
  readonly observed: string;
};
export type WatchedStatus = Pick<LimitationStatus, 'status' | 'message'> & { readonly writeup: string };
export type Turn = { readonly rows: readonly WatchedRow[]; readonly statuses: readonly WatchedStatus[] };

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
