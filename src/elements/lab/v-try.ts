/** One remedy beside the text that proposes it: tried in the lab, with before | after and its price. Without a lab, what the lab showed when the site was built stays. */
import { planTry } from '../../client/state/labTask.ts';
import { labStatus, titleOf } from '../../client/state/lab.ts';
import type { Session } from '../../client/session/session.ts';
import { formatCondition } from '../../client/state/conditionResults.ts';
import type { ConditionView } from '../../core/protocol/down.ts';
import { conditionParts } from './conditionParts.ts';
import { node } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { taskLine, holderLine } from './labTaskStatus.ts';
import { backButton, labButton, comparisonOf, rowsAround, disableUnlessPermitted, runnableChecks } from './labElement.ts';

class VTry extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const remedy = this.attribute('remedy');
    const usual = this.attribute('usual');
    const live = this.querySelector<HTMLElement>('.try-live');
    const verified = this.querySelector<HTMLElement>('.try-verified');
    const heading = this.querySelector<HTMLElement>('.try-title');
    if (live === null || heading === null) return;
    const rows = rowsAround(this);
    const owner = `try-${remedy}`;
    const what = node('details', { class: 'try-what' });
    const line = node('p', { class: 'errand', 'aria-live': 'polite' });
    const holder = node('p', { class: 'holder' });
    const result = node('div', { class: 'result' });
    let session: Session | undefined;
    const on = node('select', {});
    const label = node('label', { class: 'try-on' }, node('span', {}, 'on top of'), on);
    const { button: go, lock: goLock } = labButton('Try it in the lab', 'run', signal, ({ print }) => {
      const lab = session && labStatus(session.state);
      if (!session || !lab) return;
      const { allowed, reason = '' } = runnableChecks(session.state, this);
      print(reason);
      const { results } = session.state;
      session.startTask(planTry({ owner, cause: on.value, remedy, checks: allowed }, results, lab.present));
    });
    const { button: back, lock: backLock } = backButton(this, owner, signal, () => session);
    const { button: stop } = labButton('Stop', 'stop', signal, () => session?.abandonTask());
    const notes = [goLock.note, backLock.note];
    live.replaceChildren(
      what,
      node('div', { class: 'condition-actions' }, go, label, back, stop, ...notes),
      line,
      holder,
      result,
    );

    let described: ConditionView | undefined;
    let compared: unknown[] = [];
    const draw = (own: Session) => {
      session = own;
      const { state } = own;
      const lab = labStatus(state);
      const view = lab?.view.conditions.find(({ name, kind }) => name === remedy && kind === 'remedy');
      live.hidden = view === undefined;
      this.hidden = view === undefined && verified === null;
      if (lab === undefined || view === undefined) return;
      if (described?.title !== view.title || described.commands.length !== view.commands.length) {
        described = view;
        heading.textContent = view.title;
        on.replaceChildren(
          ...view.for.map((cause) => node('option', { value: cause }, titleOf(lab.view.conditions, cause))),
        );
        on.value = view.for.includes(usual) ? usual : (view.for[0] ?? '');
        label.hidden = view.for.length < 2;
        go.setAttribute('aria-label', `Try it in the lab: ${view.title}`);
        what.replaceChildren(
          node(
            'summary',
            {},
            `What is done in the lab (${view.commands.length} commands), and how close it is`,
          ),
          ...conditionParts([view]),
        );
      }
      const name = formatCondition(on.value, remedy);
      const doing = state.labTask.at === 'running';
      const mine = state.labTask.at !== 'idle' && state.labTask.task.owner === owner;
      const held = lab.holder.by === 'another';
      const { reason } = runnableChecks(state, this);
      const isBusy = doing || lab.view.applying !== null;
      go.disabled = !disableUnlessPermitted(goLock, state, reason) && (isBusy || held);
      back.hidden = lab.present !== name || held;
      back.disabled = !disableUnlessPermitted(backLock, state, reason) && isBusy;
      stop.hidden = !(doing && mine);
      line.replaceChildren(...(mine ? taskLine(state, lab, owner) : []));
      holder.replaceChildren(...(held ? holderLine(lab) : []));
      const seen = [state.results, name];
      if (seen.every((value, index) => value === compared[index])) return;
      compared = seen;
      const table = comparisonOf(state, rows, lab.view.conditions, name);
      result.replaceChildren(...(table === undefined ? [] : [table]));
      if (verified !== null) verified.hidden = table !== undefined;
    };
    session = this.session(signal, draw);
    on.addEventListener('change', () => session && draw(session), { signal });
  }
}

customElements.define('v-try', VTry);
