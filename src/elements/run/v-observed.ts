/** What came back, beside what is documented: the words that differ are marked. */
import type { Session } from '../../client/session/session.ts';
import { isBusy, checkStateOf } from '../../client/state/state.ts';
import { difference, joined } from '../../core/judge/difference.ts';
import { node, words } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { side } from './differenceView.ts';

class VObserved extends LiveElement {
  protected connect(signal: AbortSignal): void {
    let drawn: unknown;
    this.session(signal, (session) => {
      const taken = checkStateOf(session.state, this.attribute('check'));
      if (taken === drawn) return;
      drawn = taken;
      this.replaceChildren(...this.parts(session));
    });
  }

  private parts({ state }: Session): (Node | string)[] {
    const taken = checkStateOf(state, this.attribute('check'));
    const { last } = taken;
    this.toggleAttribute('data-stale', isBusy(taken) && last !== undefined);
    if (last === undefined)
      return [node('span', { class: 'not-run' }, isBusy(taken) ? '…' : 'Not taken yet')];
    const { observed, problem, verdict } = last.judgement;
    this.dataset.verdict = verdict;
    const value = (...parts: (Node | string)[]) => node('span', { class: 'value' }, ...parts);
    if (problem !== undefined)
      return [
        observed === '' ? '' : value(observed),
        node('span', { class: 'problem in-short' }, ...words(problem.message)),
      ];
    const documented = this.attribute('documented');
    const missing = joined(difference(documented, observed)).some(({ only }) => only === 'documented');
    return [
      value(...side('observed', documented, observed)),
      verdict === 'differs' && missing
        ? node(
            'span',
            { class: 'instead' },
            'instead of ',
            value(...side('documented', documented, observed)),
          )
        : '',
    ];
  }
}

customElements.define('v-observed', VObserved);
