/** Whether a result is young enough to stand for a new run. */
import type { ResultSource, Verdict } from '../vocabulary.ts';

/** For checks that do not say how long their result stays fresh. */
export const FRESH_SECONDS = 300;
/** Two clocks may differ by this much. The time of a result from further ahead tells nothing. */
const CLOCKS_APART_SECONDS = 60;

type Basis = {
  readonly source: ResultSource;
  readonly condition: string;
  readonly checkHash: string;
  /** Of a check that takes every machine of a role; empty where one plays it. */
  readonly members: readonly string[];
};
export type Result = Basis & {
  /** UTC, ISO 8601. */
  readonly endedAt: string;
  readonly how: 'finished' | 'cancelled' | 'interrupted';
  readonly verdict: Verdict;
};
/** What a new run would have; `at` in milliseconds since 1970. */
export type Now = Basis & { readonly at: number };

/** Fresh: the same check, kind of fleet, condition and machines, finished with a verdict less than `freshSeconds` ago. */
export function isFresh(result: Result, now: Now, freshSeconds: number): boolean {
  const age = (now.at - Date.parse(result.endedAt)) / 1000;
  return (
    result.how === 'finished' &&
    result.verdict !== 'inconclusive' &&
    result.source !== 'recording' &&
    result.source === now.source &&
    result.condition === now.condition &&
    result.checkHash === now.checkHash &&
    String(result.members) === String(now.members) &&
    age >= -CLOCKS_APART_SECONDS &&
    age < freshSeconds
  );
}
