/** Says that somebody else presents this writeup, and offers to follow. */
import type { Session } from '../../client/session/session.ts';
import { checksOfPage } from '../base/pageChecks.ts';
import { node, shape } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { VPresent } from './v-present.ts';

class VPresenting extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const found = this.closest('[data-writeup]')?.querySelector('v-present');
    const present = found instanceof VPresent ? found : undefined;
    const message = node('p', {});
    const follow = node('button', { type: 'button', class: 'button' }, 'Follow');
    follow.addEventListener('click', () => present?.open('following'), { signal });
    this.replaceChildren(shape('link'), message, follow);
    let drawn = '';
    const draw = ({ state: { presenting, you, link } }: Session) => {
      const waits = present?.waitsToFollow === true && presenting === null;
      const isShown = present?.isShown === true || link.state !== 'open';
      this.hidden = isShown || (presenting === null && !waits);
      follow.hidden = presenting === null;
      const head =
        presenting === null
          ? 'This page follows the presenter.'
          : presenting.by === you
            ? 'You present in another window'
            : `${presenting.by} presents`;
      const slide = presenting?.at.slide ?? '';
      const rest =
        presenting === null ? ' Nobody presents now.' : `: ${checksOfPage(this).get(slide)?.title ?? slide}`;
      if (head + rest === drawn) return;
      drawn = head + rest;
      message.replaceChildren(node('b', {}, head), rest);
    };
    const session = this.session(signal, draw);
    if (session) document.addEventListener('vantage-presented', () => draw(session), { signal });
  }
}

customElements.define('v-presenting', VPresenting);
