/** What a presentation shows: one check with its terminal, all checks, or the picture. */
import type { Place, View } from '../../client/view/present.ts';
import type { State } from '../../client/state/state.ts';
import { never } from '../../core/vocabulary.ts';
import { node } from '../base/dom.ts';
import { loadElements } from '../base/loadElements.ts';
import { partOf } from '../run/checkPart.ts';
// Elsewhere they load with the first result: until then the page has what was built, and a slide has nothing.
import '../run/v-observed.ts';
import '../run/v-verdict.ts';
import { live, lookOf, type Slide } from './frame.ts';

/** A held key must not follow every run that it passes. */
const SETTLE_MS = 200;

const picture = () => document.querySelector('v-attempts, v-path, figure.picture');

export const viewsOf = (): View[] => [
  'check',
  'difference',
  'matrix',
  ...(picture() === null ? [] : ['picture' as const]),
];

/** `open` is called when a check of the matrix is pressed; without it, none can be. */
export function stageOf(slides: readonly Slide[], open: ((slide: string) => void) | undefined) {
  const box = node('div', { class: 'present-stage', tabindex: '0', role: 'region', 'aria-label': 'Shown' });
  let shown = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const draw = ({ slide, view }: Place): readonly (Node | string)[] => {
    switch (view) {
      case 'check':
      case 'difference': {
        const found = slides.find(({ id }) => id === slide);
        if (found === undefined) return [];
        const record = node('div', { class: 'slide-record' });
        timer = setTimeout(() => void fill(record, found), SETTLE_MS);
        return [result(found), record];
      }
      case 'matrix':
        return slides.map((one, index) => cell(one, index + 1, open));
      case 'picture':
        return [copyOf(picture())];
      default:
        return never(view);
    }
  };
  return {
    box,
    show(place: Place, state: State): void {
      const isCheck = place.view === 'check' || place.view === 'difference';
      // Both views of a check are the same elements with another style; the other views are the same for all checks.
      const next = isCheck ? `check ${place.slide}` : place.view;
      box.dataset.view = place.view;
      if (next !== shown) {
        shown = next;
        clearTimeout(timer);
        box.scrollTop = 0;
        box.replaceChildren(...draw(place));
      }
      for (const one of box.querySelectorAll<HTMLElement>('[data-look]')) {
        one.dataset.verdict = lookOf(state, one.dataset.look ?? '');
        one.toggleAttribute('data-current', one.dataset.look === place.slide);
      }
    },
    close(): void {
      clearTimeout(timer);
      box.replaceChildren();
    },
  };
}

const result = (slide: Slide): HTMLElement =>
  node(
    'dl',
    { class: 'slide-result' },
    node(
      'div',
      {},
      node('dt', {}, 'Documented'),
      node('dd', {}, node('span', { class: 'value' }, slide.documented)),
    ),
    node(
      'div',
      {},
      node('dt', {}, 'Observed'),
      node('dd', {}, live('v-observed', { 'data-check': slide.id })),
    ),
    node(
      'div',
      { 'data-look': slide.id },
      node('dt', {}, 'Verdict'),
      node('dd', {}, verdictOf(slide), live('v-last-run', { 'data-check': slide.id })),
    ),
  );

const verdictOf = ({ id, hash }: Slide) => live('v-verdict', { 'data-check': id, 'data-hash': hash });

async function fill(box: HTMLElement, { address }: Slide): Promise<void> {
  const part = await partOf(address).catch(() => undefined);
  const record = part?.querySelector('v-record');
  box.replaceChildren(
    record ??
      node('p', { class: 'warn' }, 'The terminal could not be loaded. Go to the next check and back.'),
    node('p', { class: 'slide-idle' }, 'Not run yet.'),
  );
  loadElements(box);
}

function cell(slide: Slide, place: number, open: ((slide: string) => void) | undefined): HTMLElement {
  const parts = [
    node('span', { class: 'cell-title' }, `${place} · ${slide.title}`),
    live('v-observed', { 'data-check': slide.id }),
    verdictOf(slide),
  ];
  if (open === undefined) return node('div', { class: 'cell', 'data-look': slide.id }, ...parts);
  const made = node('button', { type: 'button', class: 'cell', 'data-look': slide.id }, ...parts);
  made.addEventListener('click', () => open(slide.id));
  return made;
}

/** The elements of a copy connect to the same session. Ids stay with the original in the page. */
function copyOf(element: Element | null): Node | string {
  const copy = element?.cloneNode(true);
  if (!(copy instanceof Element)) return '';
  copy.removeAttribute('id');
  for (const one of copy.querySelectorAll('[id]')) one.removeAttribute('id');
  return copy;
}
