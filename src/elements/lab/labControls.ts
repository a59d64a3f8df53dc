/** The buttons and lines with which a part of the page changes the lab: apply a condition, go back, stop; progress, holder, comparison. */
import { nothingRunSentence } from '../../core/protocol/rights.ts';
import { type LabTask, planReset, planTry } from '../../client/state/labTask.ts';
import { holderSentence, type LabStatus, labStatus, taskProgress, titleOf } from '../../client/state/lab.ts';
import { disabledReason, type PermittedChecks, permittedChecks } from '../../client/session/permission.ts';
import type { Session } from '../../client/session/session.ts';
import type { State } from '../../client/state/state.ts';
import { formatCondition, isDocumentedCondition } from '../../client/state/conditionResults.ts';
import { type ActionButton, actionButton } from '../base/disabledButton.ts';
import { badge, node } from '../base/dom.ts';
import { rowsOfPage } from '../base/pageChecks.ts';
import { comparisonOf } from './beforeAfter.ts';

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

/** Returns the lab to the condition that the page documents. */
export const resetButton = (
  element: Element,
  owner: string,
  session: () => Session | undefined,
  signal: AbortSignal,
): ActionButton =>
  taskButton('Back to as-documented', undefined, element, session, signal, (checks, { holder }) =>
    planReset(owner, checks, holder.by === 'you'),
  );

type Chosen = { readonly cause: string; readonly remedy: string | undefined };
type LabControls = {
  readonly apply: ActionButton;
  readonly nodes: readonly HTMLElement[];
  /** True when a comparison is shown. */
  draw(session: Session, lab: LabStatus): boolean;
};

/** `scope` `lab`: for whatever goes on in the lab. `own`: for tasks of this owner only. `more` are put behind the first button. */
export function labControls(
  element: Element,
  owner: string,
  text: string,
  chosen: () => Chosen,
  scope: 'lab' | 'own',
  signal: AbortSignal,
  ...more: readonly HTMLElement[]
): LabControls {
  let session: Session | undefined;
  const current = () => session;
  const apply = taskButton(text, 'run', element, current, signal, (checks, { present }, { results }) =>
    planTry({ owner, ...chosen(), checks }, results, present),
  );
  const back = resetButton(element, owner, current, signal);
  const ask = actionButton('Ask to take over', undefined, signal, () =>
    session?.startTask({ owner, steps: [{ do: 'ask' }] }),
  );
  const stop = actionButton('Stop', 'stop', signal, () => session?.abandonTask());
  const buttons = [apply.button, ...more, back.button, ask.button, stop.button];
  const line = node('p', { class: 'lab-task', 'aria-live': 'polite' });
  const holderLine = node('p', { class: 'holder' });
  const result = node('div', { class: 'result' });
  let compared: readonly unknown[] = [];
  return {
    apply,
    nodes: [
      node('div', { class: 'condition-actions' }, ...buttons, apply.note, back.note, ask.note),
      line,
      holderLine,
      result,
    ],
    draw(newSession, lab) {
      session = newSession;
      const { state } = session;
      const { present, view, holder } = lab;
      const { cause, remedy } = chosen();
      const name = formatCondition(cause, remedy);
      const isAll = scope === 'lab';
      const { at } = state.labTask;
      const isOwn = at !== 'idle' && state.labTask.task.owner === owner;
      const isHeld = holder.by === 'another';
      const isBusy = at === 'running' || view.applying !== null;
      const { reason } = runnableChecks(state, element);
      setLabPermission(apply, state, isBusy || isHeld, reason);
      back.button.hidden = isHeld || (isAll ? isDocumentedCondition(present) : present !== name);
      setLabPermission(back, state, isBusy, reason);
      ask.button.hidden = !isAll || holder.by !== 'another' || holder.asked !== null;
      setLabPermission(ask, state, at === 'running');
      stop.button.hidden = at !== 'running' || !(isAll || isOwn);
      line.replaceChildren(...(isAll || isOwn ? taskLine(state, lab, owner) : []));
      holderLine.textContent = isAll || isHeld ? holderSentence(holder) : '';
      if (compared[0] !== state.results || compared[1] !== name) {
        compared = [state.results, name];
        const table = comparisonOf(state, rowsOfPage(element), view.conditions, name);
        result.replaceChildren(...(table === undefined ? [] : [table]));
      }
      return result.childElementCount > 0;
    },
  };
}

/** The progress of the lab task, or how the last task of this owner ended. */
function taskLine(state: State, { view, present }: LabStatus, owner: string): (Node | string)[] {
  const { labTask } = state;
  const isOwn = labTask.at !== 'idle' && labTask.task.owner === owner;
  if (isOwn && labTask.at === 'failed') return [node('span', { class: 'refused' }, labTask.message)];
  const message = isOwn ? taskProgress(state, labTask, view.conditions) : undefined;
  if (message !== undefined) return [badge('running', message)];
  if (view.applying !== null)
    return [badge('running', `Applying the condition “${titleOf(view.conditions, view.applying)}”`)];
  if (isOwn && labTask.at === 'done')
    return [`Done. The lab is in the condition “${titleOf(view.conditions, present)}”.`];
  return [];
}
