/** Who is signed in, what they may do, and sign-out. Hidden on a local server, where nobody signs in. */
import { signOut, fetchViewer } from '../../client/session/account.ts';
import { rightWords } from '../../core/protocol/rightWords.ts';
import type { Viewer } from '../../core/protocol/rights.ts';
import { closeOnEscape } from './closeOnEscape.ts';
import { node } from './dom.ts';
import { define, LiveElement } from './LiveElement.ts';

class VSignedIn extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const name = node('b', {});
    const word = node('summary', {}, node('span', { class: 'visually-hidden' }, 'Signed in as '), name);
    const may = node('ul', {});
    const failure = node('p', { class: 'warn', role: 'alert' });
    const leave = node('button', { type: 'button', class: 'button' }, 'Sign out');
    const who = node('p', {});
    const panel = node('div', {}, who, node('p', {}, 'You may'), may, leave, failure);
    const details = node('details', {}, word, panel);
    this.replaceChildren(details);
    let drawn = '';
    const draw = (viewer: Viewer | undefined) => {
      const key = JSON.stringify(viewer);
      if (key === drawn) return;
      drawn = key;
      const known = viewer?.who;
      this.hidden = known === undefined || known.via === 'local';
      if (viewer === undefined || known === undefined || known.via === 'local') return;
      name.textContent = known.name;
      who.replaceChildren('Signed in as ', node('b', {}, known.name), HOW[known.via]);
      may.replaceChildren(...rightWords(new Set(viewer.rights)).map((text) => node('li', {}, text)));
      leave.hidden = known.via !== 'session';
    };
    leave.addEventListener(
      'click',
      async () => {
        leave.disabled = true;
        failure.textContent = (await signOut()) ?? '';
        leave.disabled = false;
      },
      { signal },
    );
    closeOnEscape(details, signal);
    // A writeup's page is told of every change; other pages ask once.
    const around = document.querySelector('[data-writeup]:not([data-writeup=""])');
    if (around === null) void fetchViewer().then((viewer) => signal.aborted || draw(viewer));
    else
      this.session(
        signal,
        ({ state: { link, viewer } }) =>
          draw(link.state === 'open' || link.state === 'waiting' ? viewer : undefined),
        around,
      );
  }
}

const HOW = {
  session: '.',
  token: ', by a token that is sent along.',
  proxy: ', by the proxy of this site.',
} as const;

define('v-signed-in', VSignedIn);
