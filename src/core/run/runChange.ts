/** What changed between two runs of a check: for the worse, for the better, otherwise, or not at all. */
import type { LimitationSign, Verdict } from '../vocabulary.ts';

export type Side = {
  readonly verdict: Verdict;
  readonly observed: string;
  /** The outcome's name, the same for every run that comes out this way. */
  readonly outcome: string | undefined;
  readonly limitation: LimitationSign | undefined;
};

export type Change = 'worse' | 'better' | 'changed' | 'same' | 'unknown';

/** Worst first. */
const CHANGES: readonly Change[] = ['worse', 'better', 'changed', 'unknown', 'same'];

export type Row = {
  readonly id: string;
  readonly title: string;
  /** Of the check's content: runs of another version are not compared with this one. */
  readonly hash: string;
  /** The documented result is an answer: there `agrees` is good. */
  readonly works: boolean;
};

export type WeighedRow = Row & {
  readonly before: Side | undefined;
  readonly after: Side | undefined;
  readonly change: Change;
};

/** Every row with its change, the worst first. */
export function compareRuns(
  rows: readonly Row[],
  before: ReadonlyMap<string, Side>,
  after: ReadonlyMap<string, Side>,
): WeighedRow[] {
  return rows
    .map((row): WeighedRow => {
      const [a, b] = [before.get(row.id), after.get(row.id)];
      return { ...row, before: a, after: b, change: changeOf(a, b, row.works) };
    })
    .sort((a, b) => CHANGES.indexOf(a.change) - CHANGES.indexOf(b.change));
}

/** Where an answer is documented, `agrees` is good; where the limitation shows, its end is good. Any other change has no rating. */
export function changeOf(before: Side | undefined, after: Side | undefined, works: boolean): Change {
  if (before === undefined || after === undefined) return 'unknown';
  if (before.verdict === 'inconclusive' || after.verdict === 'inconclusive') return 'unknown';
  if (isSame(before, after)) return 'same';
  const [was, is] = [before.limitation, after.limitation];
  if (was !== undefined && is !== undefined && was !== is) return is === 'gone' ? 'better' : 'worse';
  if (!works || was !== undefined || is !== undefined || before.verdict === after.verdict) return 'changed';
  return after.verdict === 'agrees' ? 'better' : 'worse';
}

/** The same words are no change, nor are values that vary from run to run, such as times. */
function isSame(before: Side, after: Side): boolean {
  if (before.verdict !== after.verdict) return false;
  return (
    before.observed === after.observed || (before.outcome !== undefined && before.outcome === after.outcome)
  );
}

const COUNTED: Readonly<Record<Change, readonly [one: string, many: string]>> = {
  worse: ['row gets worse', 'rows get worse'],
  better: ['row gets better', 'rows get better'],
  changed: ['row changes', 'rows change'],
  unknown: ['row is not known', 'rows are not known'],
  same: ['row stays the same', 'rows stay the same'],
};

/** "2 rows get worse, 1 row gets better, 11 rows stay the same": the worst first. */
export function countChanges(changes: readonly Change[]): string {
  return CHANGES.flatMap((change) => {
    const n = changes.filter((one) => one === change).length;
    return n === 0 ? [] : [`${n} ${COUNTED[change][n === 1 ? 0 : 1]}`];
  }).join(', ');
}

/** A change in a word, beside its shape. */
export const CHANGE_WORD: Readonly<Record<Change, string>> = {
  worse: 'worse',
  better: 'better',
  changed: 'changed',
  unknown: 'not known',
  same: 'the same',
};

export const VERDICT_WORD: Readonly<Record<Verdict, string>> = {
  agrees: 'agrees with the page',
  differs: 'differs from the page',
  inconclusive: 'inconclusive',
};
