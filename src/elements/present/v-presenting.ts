/** Says that somebody else presents this writeup, and leads to following them. */
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
    follow.addEventListener('click', () => present?.follow(), { signal });
    this.replaceChildren(shape('link'), message, follow);
    let drawn = '';
    const draw = ({ state }: Session) => {
      const { presenting, you, link } = state;
      const waits = present?.waitsToFollow === true && presenting === null;
      const shown = present?.isShown === true || link.state !== 'open';
      this.hidden = shown || (presenting === null && !waits);
      follow.hidden = presenting === null;
      const text =
        presenting === null
          ? ['This page follows whoever presents.', 'Nobody does just now.']
          : [
              presenting.by === you ? 'You present in another window' : `${presenting.by} presents`,
              `: ${checksOfPage(this).get(presenting.at.slide)?.title ?? presenting.at.slide}`,
            ];
      if (text.join() === drawn) return;
      drawn = text.join();
      message.replaceChildren(node('b', {}, text[0]), ` ${text[1] ?? ''}`.replace(' :', ':'));
    };
    const session = this.session(signal, draw);
    if (session) document.addEventListener('vantage-presented', () => draw(session), { signal });
  }
}

customElements.define('v-presenting', VPresenting);
