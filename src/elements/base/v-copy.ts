/** Reveals a button that copies the code beside it. */
import { copyOnClick } from './clipboard.ts';
import { define, LiveElement } from './LiveElement.ts';

class VCopy extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const button = this.querySelector('button');
    const source = this.querySelector('pre');
    if (button === null || source === null) return;
    button.hidden = false;
    copyOnClick(button, () => source.textContent ?? '', source, signal);
    // A copied report links to its record: the server is told to keep it.
    const { tells } = this.dataset;
    if (tells !== undefined)
      button.addEventListener('click', () => void fetch(tells, { method: 'HEAD' }).catch(() => {}), {
        signal,
      });
  }
}

define('v-copy', VCopy);
