/** One remedy beside the text that proposes it: tried in the lab, with before and after. Without a lab it shows what the lab showed at build time. */
import { labStatus, titleOf } from '../../client/state/lab.ts';
import type { Session } from '../../client/session/session.ts';
import { conditionParts } from './conditionParts.ts';
import { node } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { labControls } from './labControls.ts';

class VTry extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const remedy = this.attribute('remedy');
    const live = this.querySelector<HTMLElement>('.try-live');
    const verified = this.querySelector<HTMLElement>('.try-verified');
    const heading = this.querySelector<HTMLElement>('.try-title');
    if (live === null || heading === null) return;
    const about = node('details', { class: 'try-what' });
    const on = node('select', {});
    const label = node('label', { class: 'try-on' }, node('span', {}, 'on top of'), on);
    const chosen = () => ({ cause: on.value, remedy });
    const text = 'Try it in the lab';
    const controls = labControls(this, `try-${remedy}`, text, chosen, 'own', signal, label);
    live.replaceChildren(about, ...controls.nodes);

    let described = '';
    const draw = (own: Session) => {
      const lab = labStatus(own.state);
      const view = lab?.view.conditions.find(({ name, kind }) => name === remedy && kind === 'remedy');
      live.hidden = view === undefined;
      this.hidden = view === undefined && verified === null;
      if (lab === undefined || view === undefined) return;
      const key = `${view.title} ${view.commands.length}`;
      if (described !== key) {
        described = key;
        heading.textContent = view.title;
        const options = view.for.map((cause) =>
          node('option', { value: cause }, titleOf(lab.view.conditions, cause)),
        );
        on.replaceChildren(...options);
        label.hidden = view.for.length < 2;
        controls.apply.button.setAttribute('aria-label', `${text}: ${view.title}`);
        const summary = `Its ${view.commands.length} commands in the lab, and how close it is`;
        about.replaceChildren(node('summary', {}, summary), ...conditionParts([view]));
      }
      const isCompared = controls.draw(own, lab);
      if (verified !== null) verified.hidden = isCompared;
    };
    const session = this.session(signal, draw);
    on.addEventListener('change', () => session && draw(session), { signal });
  }
}

customElements.define('v-try', VTry);
