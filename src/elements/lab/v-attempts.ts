/** Draws each attempt of a picture as the overview says, and says beside it how it ended. */
import { checkStateOf, isBusy, overviewOf } from '../../client/state/state.ts';
import type { AttemptView } from '../../core/protocol/overview.ts';
import { node, shape, words } from '../base/dom.ts';
import { define, inSlices, LiveElement } from '../base/LiveElement.ts';

class VAttempts extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const name = this.attribute('picture');
    const places = [...this.querySelectorAll<HTMLElement | SVGElement>('[data-check]')];
    this.watch(
      signal,
      (state) => places.map(({ dataset: { check = '' } }) => isBusy(checkStateOf(state, check))),
      (busy) => {
        for (const [index, place] of places.entries()) place.toggleAttribute('data-busy', busy[index]);
      },
    );
    this.watch(
      signal,
      (state) => overviewOf(state)?.pictures[name],
      (view) => {
        if (view?.kind !== 'attempts') return;
        for (const attempt of view.attempts)
          inSlices(() => {
            for (const place of places) if (place.dataset.check === attempt.check) draw(place, attempt);
          });
        for (const text of this.querySelectorAll<SVGElement>('[data-live]'))
          text.textContent = view.texts[text.dataset.live ?? ''] ?? '';
        this.querySelector('.attempts-from')?.replaceChildren(view.from);
      },
    );
  }
}

/** The lines of an attempt, or its words. */
function draw(place: HTMLElement | SVGElement, attempt: AttemptView): void {
  const { at, sign, tone, source = '', differs, line, behind, word, title = '', message } = attempt;
  Object.assign(place.dataset, { at, sign, tone, source });
  place.toggleAttribute('data-differs', differs);
  for (const one of place.querySelectorAll<SVGElement>('[data-drawing]')) {
    one.toggleAttribute('data-shown', one.dataset.drawing === line);
    // The documented line stays visible behind a different observed one.
    one.toggleAttribute('data-ghost', one.dataset.drawing === behind);
  }
  place
    .querySelector('.attempt-said')
    ?.replaceChildren(
      ...(word === undefined
        ? []
        : [node('b', { class: 'attempt-word', title }, word), message === undefined ? ' ' : ', ']),
      ...(message === undefined
        ? [node('span', { class: 'attempt-agrees' }, shape('agrees'), ' as documented')]
        : words(message)),
    );
}

define('v-attempts', VAttempts);
