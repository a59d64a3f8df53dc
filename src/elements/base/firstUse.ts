/** Waits for the first thing that the reader does. Until then a page is only read. */
import { inSlices } from './LiveElement.ts';

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
