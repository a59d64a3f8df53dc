/** What the parts of the page that change the lab or compare its conditions share. */
import { nothingRunSentence } from '../../core/protocol/rights.ts';
import { type LabTask, parseCondition, baselineOf } from '../../client/state/labTask.ts';
import { type LabStatus, labStatus, taskProgress, titleOf } from '../../client/state/lab.ts';
import { disabledReason, type PermittedChecks, permittedChecks } from '../../client/session/permission.ts';
import type { Session } from '../../client/session/session.ts';
import type { State } from '../../client/state/state.ts';
import { type ActionButton, actionButton } from '../base/disabledButton.ts';
import { badge, node, draw } from '../base/dom.ts';
import { rowsOfPage, writeupOfPage } from '../base/pageChecks.ts';
import { type ConditionResults, resultsIn } from '../../client/state/conditionResults.ts';
import { ago } from '../../client/state/freshness.ts';
import type { ConditionView } from '../../core/protocol/down.ts';
import { comparisonTree } from '../../core/report/html/changes.ts';
import { compareRuns, type Side, type WeighedRow } from '../../core/run/runChange.ts';

/** The checks that a lab task would run: those that the reader may. */
export const runnableChecks = (state: State, element: Element): PermittedChecks =>
  permittedChecks(state, 'effects', rowsOfPage(element), nothingRunSentence);

/** Disables a lab button for readers without the `condition` right. `leftOut` names the checks that a press skips. */
export function setLabPermission(
  button: ActionButton,
  state: State,
  isBusy: boolean,
  leftOut?: string,
): void {
  const reason = disabledReason(state, 'condition');
  button.setReason(reason ?? leftOut, reason !== undefined);
  button.button.disabled = reason === undefined && isBusy;
}

type Plan = (checks: readonly string[], lab: LabStatus, state: State) => LabTask;

/** A button whose press starts the planned task, with the checks that the reader may run. */
export function taskButton(
  text: string,
  sign: string | undefined,
  element: Element,
  session: () => Session | undefined,
  signal: AbortSignal,
  plan: Plan,
): ActionButton {
  return actionButton(text, sign, signal, ({ print }) => {
    const own = session();
    const lab = own && labStatus(own.state);
    if (!own || !lab) return;
    const { allowed, reason = '' } = runnableChecks(own.state, element);
    print(reason);
    own.startTask(plan(allowed, lab, own.state));
  });
}

/** The progress of the task of this owner, or how it ended. */
export function taskLine(state: State, { view, present }: LabStatus, owner: string): Node[] {
  const { labTask } = state;
  if (labTask.at === 'idle' || labTask.task.owner !== owner) return [];
  if (labTask.at === 'failed') return [node('span', { class: 'refused' }, labTask.message)];
  const message = taskProgress(state, labTask, view.conditions);
  if (message !== undefined) return [badge('running', message)];
  return [node('span', {}, `Done. The lab is in the condition “${titleOf(view.conditions, present)}”.`)];
}

/** A condition compared with its baseline, from the runs of this lab. */
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
