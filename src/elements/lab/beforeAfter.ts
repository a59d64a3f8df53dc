/** A condition compared with its baseline, from the runs of this lab. */
import { parseCondition, baselineOf } from '../../client/state/labTask.ts';
import { type ConditionResults, resultsIn } from '../../client/state/conditionResults.ts';
import { ago } from '../../client/state/freshness.ts';
import { titleOf } from '../../client/state/lab.ts';
import type { State } from '../../client/state/state.ts';
import type { ConditionView } from '../../core/protocol/down.ts';
import { comparisonTree } from '../../core/report/html/changes.ts';
import { compareRuns, type Side, type WeighedRow } from '../../core/run/runChange.ts';
import { draw } from '../base/dom.ts';
import { rowsOfPage, writeupOfPage } from '../base/pageChecks.ts';

export function weighRows(element: Element, before: ConditionResults, after: ConditionResults): WeighedRow[] {
  return compareRuns(rowsOfPage(element), sidesOf(before), sidesOf(after));
}

/** Nothing while no check has run in the condition. */
export function comparisonOf(
  element: Element,
  { results }: State,
  conditions: readonly ConditionView[],
  name: string,
): Node[] {
  const { cause, remedy } = parseCondition(name);
  const baseline = baselineOf(cause, remedy);
  const [before, after] = [resultsIn(results, baseline), resultsIn(results, name)];
  if (name === baseline || after.size === 0) return [];
  const tree = comparisonTree(
    {
      writeup: writeupOfPage(element),
      rows: weighRows(element, before, after),
      before: titleOf(conditions, baseline),
      after: titleOf(conditions, remedy ?? cause),
      from: `In the lab: before ${oldest(before)}, after ${oldest(after)}.`,
    },
    true,
  );
  return draw(tree);
}

function oldest(table: ConditionResults): string {
  const time = [...table.values()].map(({ endedAt }) => endedAt).sort()[0];
  return time === undefined ? 'not run yet' : ago(time, Date.now());
}

function sidesOf(table: ConditionResults): ReadonlyMap<string, Side> {
  return new Map(
    [...table].map(([check, { judgement }]) => {
      const { verdict, observed, outcome, limitation } = judgement;
      return [check, { verdict, observed, outcome, limitation }];
    }),
  );
}
