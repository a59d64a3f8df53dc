/** The elements of a writeup that only draw results: loaded together, with the first result or press. */
import '../run/v-observed.ts';
import '../run/v-verdict.ts';
import { ago } from '../../client/state/freshness.ts';
import { condition, PLACE, utc } from '../../core/report/format.ts';
import { overviewOf, type State, checkStateOf, isBusy } from '../../client/state/state.ts';
import { node, shape, words } from '../base/dom.ts';
import { define, type LiveElement, inSlices } from '../base/LiveElement.ts';
import type { AttemptView } from '../../core/protocol/overview.ts';

define('v-limitation', (element, signal) => {
  element.watch(signal, readState, (shown) => shown && draw(element, shown), 'ticking');
});

function draw(element: LiveElement, { word, sign, look, why, since, age, facts }: Shown): void {
  const parts = [
    why,
    since && node('time', { datetime: since, title: utc(since) }, `last run ${age}`),
    ...facts,
  ];
  element.replaceChildren(
    node('p', { class: 'limitation-word', 'data-status': look }, shape(sign), node('span', {}, word)),
    node(
      'p',
      { class: 'limitation-why' },
      ...parts.flatMap((part, index) => (index === 0 || !part ? [part] : [' · ', part])),
    ),
  );
}

type Shown = NonNullable<ReturnType<typeof readState>>;

function readState(state: State) {
  const limitation = overviewOf(state)?.limitation;
  if (limitation === undefined) return undefined;
  const { since, source, conditions } = limitation;
  const { fleet } = state;
  const place = source && (fleet?.state === 'ready' && source === 'live' ? fleet.name : PLACE[source]);
  return {
    ...limitation,
    age: since && ago(since, Date.now()),
    facts: [place, ...conditions.map(condition)],
  };
}

define('v-attempts', (element, signal) => {
  const name = element.attribute('picture');
  const places = [...element.querySelectorAll<HTMLElement | SVGElement>('[data-check]')];
  element.watch(
    signal,
    (state) => places.map(({ dataset: { check = '' } }) => isBusy(checkStateOf(state, check))),
    (busy) => {
      for (const [index, place] of places.entries()) place.toggleAttribute('data-busy', busy[index]);
    },
  );
  element.watch(
    signal,
    (state) => overviewOf(state)?.pictures[name],
    (view) => {
      if (view?.kind !== 'attempts') return;
      for (const attempt of view.attempts)
        inSlices(() => {
          for (const place of places) if (place.dataset.check === attempt.check) drawAttempt(place, attempt);
        });
      for (const text of element.querySelectorAll<SVGElement>('[data-live]'))
        text.textContent = view.texts[text.dataset.live ?? ''] ?? '';
      element.querySelector('.attempts-from')?.replaceChildren(view.from);
    },
  );
});

/** The lines of an attempt, or its words. */
function drawAttempt(place: HTMLElement | SVGElement, attempt: AttemptView): void {
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
