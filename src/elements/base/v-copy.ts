/** Reveals a button that copies the code beside it. */
import { copyOnClick } from './clipboard.ts';
import { LiveElement } from './LiveElement.ts';

class VCopy extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const button = this.querySelector('button');
    const source = this.querySelector('pre');
    if (button === null || source === null) return;
    button.hidden = false;
    copyOnClick(button, () => source.textContent ?? '', source, signal);
    // A report that is copied goes elsewhere: the server is told, so that it keeps the record which the report leads to.
    const { tells } = this.dataset;
    if (tells !== undefined)
      button.addEventListener('click', () => void fetch(tells, { method: 'HEAD' }).catch(() => {}), {
        signal,
      });
  }
}

customElements.define('v-copy', VCopy);
