/** Who else reads this writeup now. Hidden while the reader is alone. */
import { mostNamed } from '../../core/protocol/down.ts';
import { define, LiveElement } from './LiveElement.ts';

class VPresence extends LiveElement {
  protected connect(signal: AbortSignal): void {
    this.watch(
      signal,
      ({ readers, you, link }) =>
        link.state === 'open' ? readers.map((name) => (name === you ? `${name} (you)` : name)) : [],
      (readers) => {
        this.hidden = readers.length < 2;
        const more = readers.length < mostNamed ? '' : ' or more';
        this.textContent = `${readers.length}${more} readers here: ${readers.join(', ')}`;
      },
    );
  }
}

define('v-presence', VPresence);
