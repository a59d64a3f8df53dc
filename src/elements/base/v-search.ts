/** Finds pages, checks and commands. What it needs is loaded when the box has the focus for the first time. */
import { LiveElement } from './LiveElement.ts';

class VSearch extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const input = this.querySelector('input');
    const open = async () => (await import('./searchBox.ts')).openSearch(this, signal);
    input?.addEventListener('focus', () => void open(), { once: true, signal });
  }
}

customElements.define('v-search', VSearch);
