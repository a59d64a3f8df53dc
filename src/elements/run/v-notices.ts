/** Notices about the writeup itself: changed machines, a limitation that is gone, a due review. */
import type { Notice } from '../../core/run/lifecycle.ts';
import { node, shape, words } from '../base/dom.ts';
import { define, LiveElement } from '../base/LiveElement.ts';

class VNotices extends LiveElement {
  protected connect(signal: AbortSignal): void {
    this.watch(
      signal,
      ({ notices }) => {
        // `v-review` shows a due review without a server.
        const isShown = document.querySelector('v-review[data-due]') !== null;
        return notices.filter(({ kind }) => kind !== 'review-due' || !isShown);
      },
      (notices) => {
        this.hidden = notices.length === 0;
        this.replaceChildren(...notices.map(line));
      },
    );
  }
}

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

define('v-notices', VNotices);
