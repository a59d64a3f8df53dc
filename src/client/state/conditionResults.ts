/** What the lab showed in each of its conditions: the newest finished run of each check, condition by condition. */
import type { EndedRun } from '../../core/protocol/down.ts';

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
