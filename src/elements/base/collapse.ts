/** Folds an opened part away on Escape, and gives the focus back to what opened it. */

/** `details` has a summary. Ends with the signal. */
export function foldAwayOnEscape(details: HTMLDetailsElement, signal: AbortSignal): void {
  details.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape' || !details.open) return;
      details.open = false;
      details.querySelector('summary')?.focus();
    },
    { signal },
  );
}
