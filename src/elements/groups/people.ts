/** The elements that show who else is here, who signed in, and what a reader must be told: loaded together. */
import { mostNamed } from '../../core/protocol/down.ts';
import { define } from '../base/LiveElement.ts';
import { signOut, fetchViewer } from '../../client/session/account.ts';
import { rightWords } from '../../core/protocol/rightWords.ts';
import type { Viewer } from '../../core/protocol/rights.ts';
import { closeOnEscape } from '../base/closeOnEscape.ts';
import { node, shape, words } from '../base/dom.ts';
import type { Notice } from '../../core/run/lifecycle.ts';

define('v-presence', (element, signal) => {
  element.watch(
    signal,
    ({ readers, you, link }) =>
      link.state === 'open' ? readers.map((name) => (name === you ? `${name} (you)` : name)) : [],
    (readers) => {
      element.hidden = readers.length < 2;
      const more = readers.length < mostNamed ? '' : ' or more';
      element.textContent = `${readers.length}${more} readers here: ${readers.join(', ')}`;
    },
  );
});

define('v-signed-in', (element, signal) => {
  const name = node('b', {});
  const word = node('summary', {}, node('span', { class: 'visually-hidden' }, 'Signed in as '), name);
  const may = node('ul', {});
  const failure = node('p', { class: 'warn', role: 'alert' });
  const leave = node('button', { type: 'button', class: 'button' }, 'Sign out');
  const who = node('p', {});
  const panel = node('div', {}, who, node('p', {}, 'You may'), may, leave, failure);
  const details = node('details', {}, word, panel);
  element.replaceChildren(details);
  let drawn = '';
  const draw = (viewer: Viewer | undefined) => {
    const key = JSON.stringify(viewer);
    if (key === drawn) return;
    drawn = key;
    const known = viewer?.who;
    element.hidden = known === undefined || known.via === 'local';
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
    element.session(
      signal,
      ({ state: { link, viewer } }) =>
        draw(link.state === 'open' || link.state === 'waiting' ? viewer : undefined),
      around,
    );
});

const HOW = {
  session: '.',
  token: ', by a token that is sent along.',
  proxy: ', by the proxy of this site.',
} as const;

define('v-notices', (element, signal) => {
  element.watch(
    signal,
    ({ notices }) => {
      // `v-review` shows a due review without a server.
      const isShown = document.querySelector('v-review[data-due]') !== null;
      return notices.filter(({ kind }) => kind !== 'review-due' || !isShown);
    },
    (notices) => {
      element.hidden = notices.length === 0;
      element.replaceChildren(...notices.map(line));
    },
  );
});

const HEAD = {
  'review-due': 'The review of this page is due.',
  'versions-changed': 'A machine has changed.',
  'no-longer-reproduces': 'The limitation no longer reproduces.',
} as const;

function line({ kind, message, more }: Notice): HTMLElement {
  return node(
    'div',
    { class: 'notice', 'data-kind': kind },
    shape(kind === 'no-longer-reproduces' ? 'gone' : 'note'),
    node('p', {}, node('b', {}, HEAD[kind]), ' ', ...words(message)),
    more === undefined ? undefined : node('a', { href: more }, 'What to do'),
  );
}
