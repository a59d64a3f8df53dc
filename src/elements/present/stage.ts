/** What a presentation shows: one check with its terminal, its difference, the matrix, or the picture. */
import type { Place, View } from '../../client/view/present.ts';
import { never } from '../../core/vocabulary.ts';
import { node } from '../base/dom.ts';
import { live, type Slide } from './frame.ts';

/** A held key must not follow every run that it passes. */
const SETTLE_MS = 200;

const matrix = () => document.querySelector('.matrix table');
const picture = () => document.querySelector('v-attempts, v-path, figure.picture');

export function viewsOf(): View[] {
  return [
    'check',
    'difference',
    ...(matrix() === null ? [] : ['matrix' as const]),
    ...(picture() === null ? [] : ['picture' as const]),
  ];
}

/** The checks of the matrix's cells. */
export function matrixChecks(): string[] {
  const cells = matrix()?.querySelectorAll<HTMLElement>('[data-row]') ?? [];
  return [...cells].flatMap(({ dataset }) => dataset.row ?? []);
}

export type Board = { show(place: Place): void; close(): void };

export function stage(box: HTMLElement, slides: readonly Slide[], roles: string): Board {
  let drawn: Place | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    show(place) {
      const before = drawn;
      if (before !== undefined && before.slide === place.slide && before.view === place.view) return;
      drawn = place;
      box.dataset.view = place.view;
      box.scrollTop = 0;
      const isCheck = (view: View) => view === 'check' || view === 'difference';
      // Both views of one check are the same elements with another style.
      if (before?.slide === place.slide && isCheck(before.view) && isCheck(place.view)) return;
      clearTimeout(timer);
      switch (place.view) {
        case 'check':
        case 'difference': {
          const slide = slides.find(({ id }) => id === place.slide);
          if (slide === undefined) return box.replaceChildren();
          const record = node('div', { class: 'slide-record' });
          box.replaceChildren(...summary(slide), record);
          timer = setTimeout(() => record.replaceChildren(recordOf(slide, roles)), SETTLE_MS);
          return;
        }
        case 'matrix':
          return box.replaceChildren(node('div', { class: 'matrix' }, copyOf(matrix())));
        case 'picture':
          return box.replaceChildren(node('div', { class: 'slide-picture' }, copyOf(picture())));
        default:
          return never(place.view);
      }
    },
    close() {
      clearTimeout(timer);
      box.replaceChildren();
    },
  };
}

function summary({ id, claim, documented }: Slide): HTMLElement[] {
  const observed = live('v-observed', { 'data-check': id, 'data-documented': documented });
  return [
    node('p', { class: 'slide-claim' }, claim),
    node(
      'dl',
      { class: 'slide-pair' },
      node('div', {}, node('dt', {}, 'Documented'), node('dd', { class: 'value' }, documented)),
      node('div', {}, node('dt', {}, 'Observed'), node('dd', {}, observed)),
    ),
    node('p', { class: 'slide-last-run' }, live('v-last-run', { 'data-check': id })),
  ];
}

const recordOf = ({ id, hash, documented }: Slide, roles: string): HTMLElement =>
  live('v-record', {
    ...{ 'data-check': id, 'data-hash': hash, 'data-documented': documented, 'data-roles': roles },
  });

/** The elements of a copy connect to the same session. Ids stay with the original in the page. */
function copyOf(element: Element | null): Node | undefined {
  const copy = element?.cloneNode(true);
  if (!(copy instanceof Element)) return undefined;
  for (const one of copy.querySelectorAll('.open-cell')) one.remove();
  copy.removeAttribute('id');
  for (const one of copy.querySelectorAll('[id]')) one.removeAttribute('id');
  return copy;
}
