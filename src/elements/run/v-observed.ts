/** The observed result; the words that differ from the documented one are marked. */
import { type CheckState, isBusy, checkStateOf } from '../../client/state/state.ts';
import { node, words } from '../base/dom.ts';
import { define, LiveElement } from '../base/LiveElement.ts';

const value = (...parts: (Node | string)[]) => node('span', { class: 'value' }, ...parts);

class VObserved extends LiveElement {
  protected connect(signal: AbortSignal): void {
    let shown: CheckState;
    this.watch(
      signal,
      (state) => checkStateOf(state, this.attribute('check')),
      (check) => {
        shown = check;
        this.replaceChildren(...this.parts(check));
        const { judgement } = check.last ?? {};
        const documented = this.attribute('documented');
        if (!judgement || judgement.problem || judgement.observed === documented) return;
        // The text stands there at once; its marks follow.
        void import('./marks.ts').then(({ marked }) => {
          if (shown === check) this.replaceChildren(...marked(documented, judgement, value));
        });
      },
    );
  }

  private parts(check: CheckState): (Node | string)[] {
    const { last } = check;
    this.toggleAttribute('data-stale', isBusy(check) && last !== undefined);
    if (last === undefined) return [node('span', { class: 'not-run' }, isBusy(check) ? '…' : '–')];
    const { observed, problem, verdict } = last.judgement;
    this.dataset.verdict = verdict;
    if (problem === undefined) return [value(observed)];
    return [
      observed === '' ? '' : value(observed),
      node('span', { class: 'problem in-short' }, ...words(problem.message)),
    ];
  }
}

define('v-observed', VObserved);
