/** The panel of the lab's conditions: choose one, see what will be done, apply it, and read before | after. Never there for real machines. */
import { planTry } from '../../client/state/labTask.ts';
import { isHome, type LabNow, labNow } from '../../client/state/lab.ts';
import { whyNot } from '../../client/session/permission.ts';
import type { Session } from '../../client/session/session.ts';
import { formatCondition } from '../../client/state/conditionResults.ts';
import { ConditionChooser } from './conditionChooser.ts';
import { conditionParts } from './conditionParts.ts';
import { node } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { errandLine, holderLine } from './labTaskStatus.ts';
import { backButton, button, comparisonOf, rowsAround, shut, taking } from './labElement.ts';

const OWNER = 'panel';
const APPLY = 'Apply, and take everything';

class VConditions extends LiveElement {
  protected wake(signal: AbortSignal): void {
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
    const { button: apply, lock: applyLock } = button(APPLY, 'run', signal, ({ print }) => {
      const lab = session && labNow(session.state);
      if (!session || !lab) return;
      const { cause, remedy } = chooser.chosen;
      const { may, why = '' } = taking(session.state, this);
      print(why);
      session.begin(planTry({ owner: OWNER, cause, remedy, checks: may }, session.state.tables, lab.present));
    });
    const { button: back, lock: backLock } = backButton(this, OWNER, signal, () => session);
    const { button: ask, lock: askLock } = button('Ask to take over', undefined, signal, () =>
      session?.begin({ owner: OWNER, steps: [{ do: 'ask' }] }),
    );
    const { button: stop } = button('Stop', 'stop', signal, () => session?.giveUp());
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
      const lab = labNow(state);
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
      line.replaceChildren(...errandLine(state, lab, OWNER));
      holder.replaceChildren(...holderLine(lab));
      const seen = [state.tables.get(name), state.tables.get(cause), state.tables, name];
      if (seen.every((value, index) => value === compared[index])) return;
      compared = seen;
      const table = comparisonOf(state, rows, lab.view.conditions, name);
      result.replaceChildren(...(table === undefined ? [] : [table]));
    };
    const actions = ({ state }: Session, { present, view, holding }: LabNow, name: string) => {
      const doing = state.doing.at === 'doing';
      const held = holding.by === 'another';
      const word = apply.querySelector('span');
      const { may, why } = taking(state, this);
      // Whoever may not change the lab is shown what the button is for.
      const part = whyNot(state, 'condition') !== undefined || why === undefined ? undefined : may.length;
      if (word) word.textContent = applyWord(name === present, part, rows.length);
      apply.disabled = !shut(applyLock, state, why) && (doing || held || view.applying !== null);
      back.hidden = isHome(present) || held;
      back.disabled = !shut(backLock, state, why) && (doing || view.applying !== null);
      ask.hidden = !held || holding.asked !== null;
      ask.disabled = !shut(askLock, state) && doing;
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
