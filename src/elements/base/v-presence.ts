/** Who else reads this writeup now. Says nothing to a reader who is alone. */
import { mostNamed } from '../../core/protocol/down.ts';
import { node } from './dom.ts';
import { LiveElement } from './LiveElement.ts';
import { foldAwayOnEscape } from './collapse.ts';

class VPresence extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const word = node('summary', {});
    const names = node('ul', {});
    const details = node('details', {}, word, names);
    this.replaceChildren(details);
    let drawn = '';
    this.session(signal, ({ state: { readers, you, link } }) => {
      const open = link.state === 'open';
      const key = JSON.stringify([readers, you, open]);
      if (key === drawn) return;
      drawn = key;
      this.hidden = !open || readers.length < 2;
      const own = readers.map((name) => (name === you ? `${name} (you)` : name));
      word.textContent = `${readers.length}${readers.length < mostNamed ? '' : ' or more'} readers here`;
      word.title = own.join(', ');
      names.replaceChildren(...own.map((name) => node('li', {}, name)));
    });
    foldAwayOnEscape(details, signal);
  }
}

customElements.define('v-presence', VPresence);
