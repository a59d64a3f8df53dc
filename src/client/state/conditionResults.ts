/** What the lab showed in each of its conditions: the newest finished run of each check, condition by condition. */
import type { EndedRun } from '../../core/protocol/down.ts';
import { AS_DOCUMENTED } from '../../core/vocabulary.ts';

export const documentedCondition = AS_DOCUMENTED;

export function isDocumentedCondition(present: string): boolean {
  return present === '' || present === documentedCondition;
}

export type ConditionResults = ReadonlyMap<string, EndedRun>;
export type ResultsByCondition = ReadonlyMap<string, ConditionResults>;

const EMPTY: ConditionResults = new Map();

export function resultsIn(tables: ResultsByCondition, condition: string): ConditionResults {
  return tables.get(condition) ?? EMPTY;
}

/** Adds a run, unless a newer one is known. Only finished runs in the lab count. */
export function withRun(tables: ResultsByCondition, run: EndedRun): ResultsByCondition {
  if (run.source !== 'lab' || run.how !== 'finished') return tables;
  const before = resultsIn(tables, run.condition);
  const known = before.get(run.check);
  if (known !== undefined && known.endedAt > run.endedAt) return tables;
  return new Map(tables).set(run.condition, new Map(before).set(run.check, run));
}

/** Whether each of these checks has run in this condition. */
export function isComplete(
  tables: ResultsByCondition,
  condition: string,
  checks: readonly string[],
): boolean {
  const table = resultsIn(tables, condition);
  return checks.every((check) => table.has(check));
}

/** A condition's name on the wire: a cause, with a remedy on top of it. */
export function formatCondition(cause: string, remedy: string | undefined): string {
  return remedy === undefined ? cause : `${cause}+${remedy}`;
}

export function parseCondition(name: string): {
  readonly cause: string;
  readonly remedy: string | undefined;
} {
  const [cause = name, remedy] = name.split('+');
  return { cause, remedy };
}
