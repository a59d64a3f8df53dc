/** Who else reads this writeup now. Hidden while the reader is alone. */
import { mostNamed } from '../../core/protocol/down.ts';
import { closeOnEscape, node } from './dom.ts';
import { LiveElement } from './LiveElement.ts';

class VPresence extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const word = node('summary', {});
    const names = node('ul', {});
    const details = node('details', {}, word, names);
    this.replaceChildren(details);
    this.watch(
      signal,
      ({ readers, you, link }) =>
        link.state === 'open' ? readers.map((name) => (name === you ? `${name} (you)` : name)) : [],
      (readers) => {
        this.hidden = readers.length < 2;
        word.textContent = `${readers.length}${readers.length < mostNamed ? '' : ' or more'} readers here`;
        word.title = readers.join(', ');
        names.replaceChildren(...readers.map((name) => node('li', {}, name)));
      },
    );
    closeOnEscape(details, signal);
  }
}

customElements.define('v-presence', VPresence);
