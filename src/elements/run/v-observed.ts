/** What came back, beside what is documented: the words that differ are marked. */
import type { Session } from '../../client/session/session.ts';
import { isBusy, checkStateOf } from '../../client/state/state.ts';
import { difference, joined } from '../../core/judge/difference.ts';
import { oneSide } from '../../core/report/html/recordParts.ts';
import { draw, node, words } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';

class VObserved extends LiveElement {
  protected wake(signal: AbortSignal): void {
    let drawn: unknown;
    this.session(signal, (session) => {
      const taken = checkStateOf(session.state, this.fact('check'));
      if (taken === drawn) return;
      drawn = taken;
      this.replaceChildren(...this.parts(session));
    });
  }

  private parts({ state }: Session): (Node | string)[] {
    const taken = checkStateOf(state, this.fact('check'));
    const { last } = taken;
    this.toggleAttribute('data-stale', isBusy(taken) && last !== undefined);
    if (last === undefined)
      return [node('span', { class: 'untaken' }, isBusy(taken) ? '…' : 'Not taken yet')];
    const { observed, problem, verdict } = last.judgement;
    this.dataset.verdict = verdict;
    const value = (...parts: (Node | string)[]) => node('span', { class: 'value' }, ...parts);
    if (problem !== undefined)
      return [
        observed === '' ? '' : value(observed),
        node('span', { class: 'problem in-short' }, ...words(problem.message)),
      ];
    const documented = this.fact('documented');
    const parts = joined(difference(documented, observed));
    const missing = parts.some(({ only }) => only === 'documented');
    return [
      value(...draw(oneSide(parts, 'observed'))),
      verdict === 'differs' && missing
        ? node('span', { class: 'instead' }, 'instead of ', value(...draw(oneSide(parts, 'documented'))))
        : '',
    ];
  }
}

customElements.define('v-observed', VObserved);
