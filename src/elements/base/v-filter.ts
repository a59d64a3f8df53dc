/** The filter of the history, applied at once: what was found is replaced, the address follows, and the focus stays where it is. */
import { LiveElement } from './LiveElement.ts';

/** A day is typed in parts. */
const TYPING_MS = 700;

class VFilter extends LiveElement {
  #asked: XMLHttpRequest | undefined;

  protected connect(signal: AbortSignal): void {
    const form = this.querySelector('form');
    if (form === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const apply = () => {
      clearTimeout(timer);
      this.#show(form);
    };
    const onChange = ({ target }: Event) => {
      clearTimeout(timer);
      timer = setTimeout(apply, target instanceof HTMLInputElement ? TYPING_MS : 0);
    };
    form.addEventListener('change', onChange, { signal });
    form.addEventListener('submit', (event) => (event.preventDefault(), apply()), { signal });
    signal.addEventListener('abort', () => (clearTimeout(timer), this.#asked?.abort()));
  }

  #show(form: HTMLFormElement): void {
    const address = new URL(form.action);
    for (const [name, value] of new FormData(form))
      if (typeof value === 'string' && value !== '') address.searchParams.set(name, value);
    this.#asked?.abort();
    // Text must not become markup in this page; a document that the browser has read may give its nodes.
    const request = new XMLHttpRequest();
    this.#asked = request;
    request.responseType = 'document';
    request.onload = () => {
      const found = request.responseXML?.querySelector('.history-found');
      const shown = document.querySelector('.history-found');
      if (!found || !shown) return location.assign(address);
      shown.replaceWith(found);
      history.replaceState(null, '', address);
    };
    request.onerror = () => location.assign(address);
    request.open('GET', address);
    request.send();
  }
}

customElements.define('v-filter', VFilter);
