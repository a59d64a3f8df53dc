/** Closes a `details` with a summary on Escape, and gives the focus back to the summary. */
export function closeOnEscape(details: HTMLDetailsElement, signal: AbortSignal): void {
  const close = ({ key }: KeyboardEvent) => {
    if (key !== 'Escape' || !details.open) return;
    details.open = false;
    details.querySelector('summary')?.focus();
  };
  details.addEventListener('keydown', close, { signal });
}
