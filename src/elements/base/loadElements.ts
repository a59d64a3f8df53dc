/** Loads elements that few pages need, or that a page needs late: with the first thing that the reader does. Until then a page is only read. */
import { acquireSession } from '../../client/session/browser.ts';
import type { State } from '../../client/state/state.ts';
import { inSlices } from './LiveElement.ts';

/** Elements that are loaded together. */
export type ElementGroup = {
  readonly tags: string;
  readonly load: () => Promise<unknown>;
  /** They stay as they were built until this is true, of the state or of the address. Outside of a writeup there is no state. */
  readonly isNeeded?: (state: State | undefined) => boolean;
};

/** The groups that are not loaded yet. */
export const left = new Set<ElementGroup>();

/** Call it with each part that is put into the page. */
export function loadElements(root: ParentNode): void {
  const around = document.querySelector<HTMLElement>('[data-writeup]:not([data-writeup=""])');
  const later = new Set<ElementGroup>();
  for (const group of [...left]) {
    if (root.querySelector(group.tags) === null) continue;
    if (group.isNeeded === undefined || (around === null && group.isNeeded(undefined))) load(group);
    else if (around !== null) later.add(group);
  }
  if (later.size === 0) return;
  const { session, release } = acquireSession(around?.dataset.writeup ?? '');
  const update = () => {
    for (const group of later)
      if (group.isNeeded?.(session.state) === true && later.delete(group)) load(group);
    if (later.size > 0) return;
    stop();
    removeEventListener('hashchange', update);
    release();
  };
  const stop = session.subscribe(update);
  addEventListener('hashchange', update);
  update();
}

function load(group: ElementGroup): void {
  if (!left.delete(group)) return;
  const show = (state: string) => {
    for (const element of document.querySelectorAll<HTMLElement>(group.tags)) element.dataset.loading = state;
  };
  show('now');
  group.load().then(
    () => show('done'),
    (error: unknown) => {
      console.error(error);
      // Tried again with the next part.
      left.add(group);
      show('failed');
    },
  );
}

const SIGNS = ['pointermove', 'pointerdown', 'keydown', 'focusin', 'scroll', 'click'];

/** A page that opens at a place in it, or with a question, is in use. */
export let isUsed = location.hash + location.search !== '';

const pressed = new Set<HTMLElement>();
let release: (() => void) | undefined;

/** Calls `then` with the first sign of a reader. Presses of what matches `early` wait for `repeatEarlyPresses`. */
export function onFirstUse(early: string, then: () => void): void {
  const use = () => {
    for (const sign of SIGNS) removeEventListener(sign, use, true);
    isUsed = true;
    then();
  };
  for (const sign of SIGNS) addEventListener(sign, use, true);
  const hold = (event: MouseEvent) => {
    const { target, button, ctrlKey, metaKey, shiftKey, altKey } = event;
    const place = target instanceof Element ? target.closest<HTMLElement>(early) : null;
    if (place === null || button !== 0 || ctrlKey || metaKey || shiftKey || altKey) return;
    event.preventDefault();
    event.stopPropagation();
    pressed.add(place);
  };
  addEventListener('click', hold, true);
  release = () => removeEventListener('click', hold, true);
}

/** Presses come through from now on; those that waited are made again, each once. */
export function repeatEarlyPresses(): void {
  const repeat = () => {
    release?.();
    for (const place of pressed) place.click();
  };
  // Elements are defined in a first turn and connect in a second one.
  inSlices(() => inSlices(repeat));
}
