/** On a card of the front page: the status of a limitation, from the server's badge, once the card is in sight. */
import { addressOf } from '../../client/state/address.ts';
import { STATUS_LOOK } from '../../core/run/limitation.ts';
import { node, shape } from './dom.ts';
import { define, type LiveElement } from './LiveElement.ts';

define('v-badge', (element, signal) => {
  const sight = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    sight.disconnect();
    // Without a server the card stays as it was built.
    void load(element, signal).catch(() => {});
  });
  sight.observe(element);
  signal.addEventListener('abort', () => sight.disconnect());
});

async function load(element: LiveElement, signal: AbortSignal): Promise<void> {
  const answer = await fetch(addressOf(`/badge/${element.attribute('of')}.json`), { signal });
  if (!answer.ok) return;
  const { message }: { readonly message: string } = await answer.json();
  const [, stale = '', status = '', where] = /^(stale: )?([a-z ]+)(?: · (.*))?$/.exec(message) ?? [];
  const known = Object.entries(STATUS_LOOK).find(([name]) => name === status)?.[1];
  const { word, look, sign } = known ?? { word: 'Not run yet', look: 'not-run', sign: 'not-run' };
  element
    .querySelector('.limitation-word')
    ?.replaceWith(
      node('p', { class: 'limitation-word', 'data-status': look }, shape(sign), node('span', {}, word)),
    );
  const why = element.querySelector('.limitation-why');
  why?.replaceChildren(where === undefined ? `${element.attribute('decide')}.` : stale + where);
}
