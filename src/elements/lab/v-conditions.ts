/** The panel of the lab's conditions: choose one, see what will be done, apply it, and read before | after. Never there for real machines. */
import { planTry } from '../../client/state/labTask.ts';
import { isDocumentedCondition, type LabStatus, labStatus } from '../../client/state/lab.ts';
import { disabledReason } from '../../client/session/permission.ts';
import type { Session } from '../../client/session/session.ts';
import { formatCondition } from '../../client/state/conditionResults.ts';
import { ConditionChooser } from './conditionChooser.ts';
import { conditionParts } from './conditionParts.ts';
import { node } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { taskLine, holderLine } from './labTaskStatus.ts';
import { backButton, labButton, comparisonOf, rowsAround, disableUnlessPermitted, runnableChecks } from './labElement.ts';

const OWNER = 'panel';
const APPLY = 'Apply, and take everything';

class VConditions extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const frame = this.querySelector<HTMLElement>('.conditions-body');
    if (frame === null) return;
    const rows = rowsAround(this);
    const parts = node('div', { class: 'condition-parts' });
    const summary = node('summary', {}, 'What it models, and what is done in the lab');
    const told = node('details', { class: 'condition-told' }, summary, parts);
    const line = node('p', { class: 'errand', 'aria-live': 'polite' });
    const holder = node('p', { class: 'holder' });
    const result = node('div', { class: 'result' });
    let session: Session | undefined;
    const chooser = new ConditionChooser(signal, () => session && draw(session));
    const { button: apply, lock: applyLock } = labButton(APPLY, 'run', signal, ({ print }) => {
      const lab = session && labStatus(session.state);
      if (!session || !lab) return;
      const { cause, remedy } = chooser.chosen;
      const { allowed, reason = '' } = runnableChecks(session.state, this);
      print(reason);
      session.startTask(planTry({ owner: OWNER, cause, remedy, checks: allowed }, session.state.results, lab.present));
    });
    const { button: back, lock: backLock } = backButton(this, OWNER, signal, () => session);
    const { button: ask, lock: askLock } = labButton('Ask to take over', undefined, signal, () =>
      session?.startTask({ owner: OWNER, steps: [{ do: 'ask' }] }),
    );
    const { button: stop } = labButton('Stop', 'stop', signal, () => session?.abandonTask());
    const notes = [applyLock, backLock, askLock].map(({ note }) => note);
    frame.replaceChildren(
      chooser.form,
      told,
      node('div', { class: 'condition-actions' }, apply, back, ask, stop, ...notes),
      line,
      holder,
      result,
    );

    let described: unknown;
    let compared: unknown[] = [];
    const draw = (own: Session) => {
      session = own;
      const { state } = own;
      const lab = labStatus(state);
      this.hidden = lab === undefined;
      if (lab === undefined) return;
      chooser.offer(lab.view.conditions, lab.present);
      const { cause, remedy } = chooser.chosen;
      const name = formatCondition(cause, remedy);
      const key = `${name} ${lab.view.conditions.length}`;
      if (described !== key) {
        described = key;
        parts.replaceChildren(...conditionParts(chooser.parts));
        // What is on already needs no explaining; what is about to be done is told before it is done.
        told.open = name !== lab.present;
      }
      actions(own, lab, name);
      line.replaceChildren(...taskLine(state, lab, OWNER));
      holder.replaceChildren(...holderLine(lab));
      const seen = [state.results.get(name), state.results.get(cause), state.results, name];
      if (seen.every((value, index) => value === compared[index])) return;
      compared = seen;
      const table = comparisonOf(state, rows, lab.view.conditions, name);
      result.replaceChildren(...(table === undefined ? [] : [table]));
    };
    const actions = ({ state }: Session, { present, view, holder }: LabStatus, name: string) => {
      const doing = state.labTask.at === 'running';
      const held = holder.by === 'another';
      const word = apply.querySelector('span');
      const { allowed, reason } = runnableChecks(state, this);
      // Whoever may not change the lab is shown what the button is for.
      const part = disabledReason(state, 'condition') !== undefined || reason === undefined ? undefined : allowed.length;
      if (word) word.textContent = applyWord(name === present, part, rows.length);
      apply.disabled = !disableUnlessPermitted(applyLock, state, reason) && (doing || held || view.applying !== null);
      back.hidden = isDocumentedCondition(present) || held;
      back.disabled = !disableUnlessPermitted(backLock, state, reason) && (doing || view.applying !== null);
      ask.hidden = !held || holder.asked !== null;
      ask.disabled = !disableUnlessPermitted(askLock, state) && doing;
      stop.hidden = !doing;
    };
    session = this.session(signal, draw);
  }
}

/** `part` is how many of all the checks can be taken, when it is not all of them. */
function applyWord(isPresent: boolean, part: number | undefined, all: number): string {
  if (part === undefined) return isPresent ? 'Take everything again' : APPLY;
  if (part === 0) return 'Apply';
  return isPresent ? `Take ${part} of ${all} again` : `Apply, and take ${part} of ${all}`;
}

customElements.define('v-conditions', VConditions);
