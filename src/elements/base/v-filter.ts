/** The filter of the history, applied at once: what was found is replaced, the address follows, and the focus stays where it is. */
import { define } from './LiveElement.ts';
import { readDocument } from './readDocument.ts';

/** A day is typed in parts. */
const TYPING_MS = 700;

define('v-filter', (element, signal) => {
  const form = element.querySelector('form');
  if (form === null) return;
  let reading = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const applyIn = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      // One request at a time: a new one ends the one before.
      reading.abort();
      reading = new AbortController();
      void showFound(form, reading.signal);
    }, ms);
  };
  const onChange = ({ target }: Event) => applyIn(target instanceof HTMLInputElement ? TYPING_MS : 0);
  const onSubmit = (event: Event) => {
    event.preventDefault();
    applyIn(0);
  };
  form.addEventListener('change', onChange, { signal });
  form.addEventListener('submit', onSubmit, { signal });
  signal.addEventListener('abort', () => clearTimeout(timer));
});

/** Asks for the page with this filter. */
async function showFound(form: HTMLFormElement, signal: AbortSignal): Promise<void> {
  const address = new URL(form.action);
  for (const [name, value] of new FormData(form))
    if (typeof value === 'string' && value !== '') address.searchParams.set(name, value);
  const page = await readDocument(address.href, signal).catch(() => undefined);
  const found = page?.querySelector('.history-found');
  const shown = document.querySelector('.history-found');
  if (!found || !shown) return location.assign(address);
  shown.replaceWith(found);
  history.replaceState(null, '', address);
}
