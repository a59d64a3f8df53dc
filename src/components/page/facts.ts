/** What a writeup's components know about their page: its front matter and its checks. */
import type { Row } from '../../core/run/runChange.ts';
import type { Check } from '../../core/check/check.ts';
import { suggestion } from '../../core/text/nearest.ts';
import type { Pictures } from '../../core/pictures/picture.ts';
import type { Predictions } from '../../core/diagnosis/prediction.ts';
import type { ConditionView } from '../../core/protocol/down.ts';
import type { Writeup } from '../../core/check/writeup.ts';

export type HashedCheck = { readonly check: Check; readonly hash: string };
/** What the lab can be put in, and what it was verified to show in each. */
export type LabFacts = {
  readonly conditions: readonly ConditionView[];
  readonly predictions: Predictions | undefined;
};
export type PageFacts = {
  readonly id: string;
  /** The page's file in the writeup's folder, without `.mdx`. */
  readonly page: string;
  readonly writeup: Writeup;
  readonly checks: readonly HashedCheck[];
  readonly lab: LabFacts;
  readonly pictures: Pictures;
  /** Anchors in use: each id is unique in the page. */
  readonly anchors: Set<string>;
};

/** A check as a row of a comparison. If the documented result is a refusal, only the limitation decides what is better. */
export function rowOf({ check: { id, title, effect, documented }, hash }: HashedCheck): Row {
  return { id, title, hash, works: effect === 'send' && !/refused|❌/i.test(documented.result) };
}

/** The checks of one file with parameters, in the order of their values. */
export const checksOfFile = (checks: readonly HashedCheck[], of: string): readonly HashedCheck[] =>
  checks.filter(({ check }) => check.variant?.of === of);

/** The check with this id, or all that a file with parameters makes. Otherwise an error that fails the build and tells the author what to write instead. */
export function findChecks(facts: PageFacts, id: string, component: string): readonly HashedCheck[] {
  const one = facts.checks.filter(({ check }) => check.id === id);
  const found = one.length > 0 ? one : checksOfFile(facts.checks, id);
  if (found.length > 0) return found;
  const ids = facts.checks.map(({ check }) => check.id);
  throw new Error(
    `content/${facts.id}/${facts.page}.mdx: ${component} names the check \`${id}\`, but content/${facts.id}/checks/ has no such check. ${suggestion(id, ids)}`,
  );
}

/** The anchor for one appearance of a check; the second appearance gets a longer one. */
export function anchor({ anchors }: PageFacts, check: string): string {
  let id = check;
  for (let n = 2; anchors.has(id); n++) id = `${check}-${n}`;
  anchors.add(id);
  return id;
}
