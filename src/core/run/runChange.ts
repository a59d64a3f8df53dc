/** What changed between two takings of a check, as a reader weighs it: worse, better, otherwise, or not at all. Pure; drawing is left to others. */
import type { LimitationSign, Verdict } from '../vocabulary.ts';

/** One side of the comparison. */
export type Side = {
  readonly verdict: Verdict;
  readonly observed: string;
  /** The same for every run that comes out this way. */
  readonly outcome: string | undefined;
  readonly limitation: LimitationSign | undefined;
};

export type Change = 'worse' | 'better' | 'changed' | 'same' | 'unknown';

/** Worst first: a price is read before a gain. */
export const CHANGES: readonly Change[] = ['worse', 'better', 'changed', 'unknown', 'same'];

export type Row = {
  readonly id: string;
  readonly title: string;
  /** Of the check's content: what was taken by another version is not held against this one. */
  readonly hash: string;
  /** The documented result is that something is answered: there `agrees` is good, whoever asks. */
  readonly works: boolean;
};

export type WeighedRow = Row & {
  readonly before: Side | undefined;
  readonly after: Side | undefined;
  readonly change: Change;
};

/** Every row with its change: what got worse first, what stayed the same last. */
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

/**
 * Where an answer is documented, `agrees` is good. Where the limitation itself is documented, its going is good.
 * Of all else only the change is said.
 */
export function changeOf(before: Side | undefined, after: Side | undefined, works: boolean): Change {
  if (before === undefined || after === undefined) return 'unknown';
  if (before.verdict === 'inconclusive' || after.verdict === 'inconclusive') return 'unknown';
  if (isSame(before, after)) return 'same';
  if (before.limitation !== undefined && after.limitation !== undefined)
    return before.limitation === after.limitation
      ? 'changed'
      : after.limitation === 'gone'
        ? 'better'
        : 'worse';
  if (!works || before.limitation !== undefined || after.limitation !== undefined) return 'changed';
  if (before.verdict === after.verdict) return 'changed';
  return after.verdict === 'agrees' ? 'better' : 'worse';
}

/** The same words are no change, and neither are values that vary from run to run, such as times. */
function isSame(before: Side, after: Side): boolean {
  if (before.verdict !== after.verdict) return false;
  return (
    before.observed === after.observed || (before.outcome !== undefined && before.outcome === after.outcome)
  );
}

const SAYS: Readonly<Record<Change, readonly [one: string, many: string]>> = {
  worse: ['row gets worse', 'rows get worse'],
  better: ['row gets better', 'rows get better'],
  changed: ['row changes otherwise', 'rows change otherwise'],
  unknown: ['row is not known', 'rows are not known'],
  same: ['row stays the same', 'rows stay the same'],
};

/** "2 rows get worse, 1 row gets better, 11 rows stay the same": what got worse is never left out of sight. */
export function countChanges(changes: readonly Change[]): string {
  return CHANGES.flatMap((change) => {
    const n = changes.filter((one) => one === change).length;
    return n === 0 ? [] : [`${n} ${SAYS[change][n === 1 ? 0 : 1]}`];
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
