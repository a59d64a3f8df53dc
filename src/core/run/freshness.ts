/** Whether a result is so young that it may stand for a new run. The clock is handed in; saying it is left to the page. */
import type { ResultSource, Verdict } from '../vocabulary.ts';

/** Where a check does not say how long its result stays fresh. */
export const FRESH_SECONDS = 300;
/** Two clocks may be apart by this much; a result from further ahead has a time that says nothing. */
const CLOCKS_APART_SECONDS = 60;

export type Result = {
  /** UTC, ISO 8601. */
  readonly endedAt: string;
  readonly how: 'finished' | 'cancelled' | 'interrupted';
  readonly source: ResultSource;
  readonly condition: string;
  readonly checkHash: string;
  readonly verdict: Verdict;
};

/** What a new run would be taken with. */
export type Now = {
  readonly source: ResultSource;
  readonly condition: string;
  readonly checkHash: string;
  /** Milliseconds since 1970. */
  readonly at: number;
};

/**
 * Fresh is only what a new run could be expected to repeat: taken on the same kind of fleet, in the same condition, of the same version of
 * the check, brought to its end, with something concluded, and not longer ago than the check says.
 */
export function isFresh(result: Result, now: Now, freshSeconds: number = FRESH_SECONDS): boolean {
  const age = (now.at - Date.parse(result.endedAt)) / 1000;
  return (
    result.how === 'finished' &&
    result.verdict !== 'inconclusive' &&
    result.source !== 'recording' &&
    result.source === now.source &&
    result.condition === now.condition &&
    result.checkHash === now.checkHash &&
    age >= -CLOCKS_APART_SECONDS &&
    age < freshSeconds
  );
}
