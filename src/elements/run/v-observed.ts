/** The observed result; the words that differ from the documented one are marked, once the overview has them. */
import { type CheckState, isBusy, checkStateOf, overviewOf } from '../../client/state/state.ts';
import type { Overview } from '../../core/protocol/overview.ts';
import { node, words } from '../base/dom.ts';
import { define, LiveElement } from '../base/LiveElement.ts';

type Part = Overview['differences'][string]['parts'][number];

const value = (...parts: (Node | string)[]) => node('span', { class: 'value' }, ...parts);
/** One side of a difference: what only it has is marked. */
const side = (parts: readonly Part[], own: Part['only'], tag: 'ins' | 'del') =>
  value(
    ...parts
      .filter(({ only }) => only === 'both' || only === own)
      .map(({ text, only }) => (only === 'both' ? text : node(tag, {}, text))),
  );

class VObserved extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const id = this.attribute('check');
    this.watch(
      signal,
      (state) => {
        const check = checkStateOf(state, id);
        const known = overviewOf(state)?.differences[id];
        return { check, parts: known?.run === check.last?.run ? known?.parts : undefined };
      },
      ({ check, parts }) => this.replaceChildren(...this.content(check, parts)),
    );
  }

  private content(check: CheckState, parts: readonly Part[] | undefined): (Node | string)[] {
    const { last } = check;
    this.toggleAttribute('data-stale', isBusy(check) && last !== undefined);
    if (last === undefined) return [node('span', { class: 'not-run' }, isBusy(check) ? '…' : '–')];
    const { observed, problem, verdict } = last.judgement;
    this.dataset.verdict = verdict;
    if (problem !== undefined)
      return [
        observed === '' ? '' : value(observed),
        node('span', { class: 'problem in-short' }, ...words(problem.message)),
      ];
    if (parts === undefined) return [value(observed)];
    return [
      side(parts, 'observed', 'ins'),
      verdict === 'differs' && parts.some(({ only }) => only === 'documented')
        ? node('span', { class: 'instead' }, 'instead of ', side(parts, 'documented', 'del'))
        : '',
    ];
  }
}

define('v-observed', VObserved);
