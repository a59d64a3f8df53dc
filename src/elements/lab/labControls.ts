/** What the parts of the page that change the lab share: a button that starts a task, its permission, and the task in one sentence. */
import { nothingRunSentence } from '../../core/protocol/rights.ts';
import type { LabTask } from '../../client/state/labTask.ts';
import { type LabStatus, labStatus, taskProgress, titleOf } from '../../client/state/lab.ts';
import { disabledReason, type PermittedChecks, permittedChecks } from '../../client/session/permission.ts';
import type { Session } from '../../client/session/session.ts';
import type { State } from '../../client/state/state.ts';
import { type ActionButton, actionButton } from '../base/disabledButton.ts';
import { badge, node } from '../base/dom.ts';
import { rowsOfPage } from '../base/pageChecks.ts';

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
