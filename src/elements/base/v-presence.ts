/** Who else reads this writeup now. Says nothing to a reader who is alone. */
import { mostNamed } from '../../core/protocol/down.ts';
import { node } from './dom.ts';
import { LiveElement } from './LiveElement.ts';
import { foldAwayOnEscape } from './collapse.ts';

class VHere extends LiveElement {
  protected wake(signal: AbortSignal): void {
    const word = node('summary', {});
    const names = node('ul', {});
    const details = node('details', {}, word, names);
    this.replaceChildren(details);
    let drawn = '';
    this.session(signal, ({ state: { here, you, link } }) => {
      const open = link.state === 'open';
      const key = JSON.stringify([here, you, open]);
      if (key === drawn) return;
      drawn = key;
      this.hidden = !open || here.length < 2;
      const own = here.map((name) => (name === you ? `${name} (you)` : name));
      word.textContent = `${here.length}${here.length < mostNamed ? '' : ' or more'} readers here`;
      word.title = own.join(', ');
      names.replaceChildren(...own.map((name) => node('li', {}, name)));
    });
    foldAwayOnEscape(details, signal);
  }
}

customElements.define('v-here', VHere);
