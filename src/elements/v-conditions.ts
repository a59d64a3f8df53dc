/** The panel of the lab's conditions: choose one, see what will be done, apply it, and read before | after. Never there for real machines. */
import { toGoBack, toTry } from '../client/errand.ts';
import { isHome, type LabNow, labNow } from '../client/lab.ts';
import type { Session } from '../client/session.ts';
import { nameOf } from '../client/tables.ts';
import { ConditionChooser } from './condition-chooser.ts';
import { conditionParts } from './condition-parts.ts';
import { node } from './dom.ts';
import { Woken } from './element.ts';
import { errandLine, holderLine } from './errand-line.ts';
import { button, comparisonOf, rowsAround } from './lab-page.ts';

const OWNER = 'panel';

class VConditions extends Woken {
  protected wake(signal: AbortSignal): void {
    const frame = this.querySelector<HTMLElement>('.conditions-body');
    if (frame === null) return;
    const rows = rowsAround(this);
    const checks = rows.map(({ id }) => id);
    const parts = node('div', { class: 'condition-parts' });
    const summary = node('summary', {}, 'What it models, and what is done in the lab');
    const told = node('details', { class: 'condition-told' }, summary, parts);
    const line = node('p', { class: 'errand', 'aria-live': 'polite' });
    const holder = node('p', { class: 'holder' });
    const result = node('div', { class: 'result' });
    let session: Session | undefined;
    const chooser = new ConditionChooser(signal, () => session && draw(session));
    const apply = button('Apply, and take everything', 'run', signal, () => {
      const lab = session && labNow(session.state);
      if (!session || !lab) return;
      const { cause, remedy } = chooser.chosen;
      session.begin(toTry({ owner: OWNER, cause, remedy, checks }, session.state.tables, lab.present));
    });
    const back = button('Back to as-documented', undefined, signal, () => {
      const lab = session && labNow(session.state);
      if (lab) session?.begin(toGoBack(OWNER, checks, lab.holding.by === 'you'));
    });
    const ask = button('Ask to take over', undefined, signal, () =>
      session?.begin({ owner: OWNER, steps: [{ do: 'ask' }] }),
    );
    const stop = button('Stop', 'stop', signal, () => session?.giveUp());
    frame.replaceChildren(
      chooser.form,
      told,
      node('div', { class: 'condition-actions' }, apply, back, ask, stop),
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
      const name = nameOf(cause, remedy);
      const key = `${name} ${lab.view.conditions.length}`;
      if (described !== key) {
        described = key;
        parts.replaceChildren(...conditionParts(chooser.parts));
        // What is on already needs no explaining; what is about to be done is told before it is done.
        told.open = name !== lab.present;
      }
      actions(lab, name);
      line.replaceChildren(...errandLine(state, lab, OWNER));
      holder.replaceChildren(...holderLine(lab));
      const seen = [state.tables.get(name), state.tables.get(cause), state.tables, name];
      if (seen.every((value, index) => value === compared[index])) return;
      compared = seen;
      const table = comparisonOf(state, rows, lab.view.conditions, name);
      result.replaceChildren(...(table === undefined ? [] : [table]));
    };
    const actions = ({ present, view, holding }: LabNow, name: string) => {
      const doing = session?.state.doing.at === 'doing';
      const held = holding.by === 'another';
      apply.disabled = doing || held || view.applying !== null;
      const word = apply.querySelector('span');
      if (word) word.textContent = name === present ? 'Take everything again' : 'Apply, and take everything';
      back.hidden = isHome(present) || held;
      back.disabled = doing || view.applying !== null;
      ask.hidden = !held || holding.asked !== null;
      ask.disabled = doing;
      stop.hidden = !doing;
    };
    session = this.session(signal, draw);
  }
}

customElements.define('v-conditions', VConditions);
