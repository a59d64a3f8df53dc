/** The observed result; the words that differ from the documented one are marked. */
import { type CheckState, isBusy, checkStateOf } from '../../client/state/state.ts';
import { difference, joined } from '../../core/judge/difference.ts';
import { oneSide } from '../../core/report/html/recordParts.ts';
import { draw, node, words } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';

class VObserved extends LiveElement {
  protected connect(signal: AbortSignal): void {
    this.watch(
      signal,
      (state) => checkStateOf(state, this.attribute('check')),
      (check) => this.replaceChildren(...this.parts(check)),
    );
  }

  private parts(check: CheckState): (Node | string)[] {
    const { last } = check;
    this.toggleAttribute('data-stale', isBusy(check) && last !== undefined);
    if (last === undefined) return [node('span', { class: 'not-run' }, isBusy(check) ? '…' : '–')];
    const { observed, problem, verdict } = last.judgement;
    this.dataset.verdict = verdict;
    const value = (...parts: (Node | string)[]) => node('span', { class: 'value' }, ...parts);
    if (problem !== undefined)
      return [
        observed === '' ? '' : value(observed),
        node('span', { class: 'problem in-short' }, ...words(problem.message)),
      ];
    const documented = this.attribute('documented');
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
