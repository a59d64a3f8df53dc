/** What a page may send: how large a message, in how many fragments, how many at once and over time. */
import type { WebSocket } from 'ws';
import { closeCodes } from '../../src/core/protocol/version.ts';
import { answerTo } from '../fixtures/reader.ts';
import { atMost, type Figure } from './figures.ts';
import type { SoakSite } from './site.ts';

const tooLarge = 1009;
const tooManyFragments = 1008;
const unfollow = JSON.stringify({ type: 'unfollow', run: '0'.repeat(26) });

type Send = (count: number) => (socket: WebSocket) => void;
const fragments: Send = (count) => (socket) => {
  for (let nth = 0; nth < count; nth += 1)
    socket.send(nth === 0 ? unfollow : ' ', { binary: false, fin: nth === count - 1 });
};
const bytes: Send = (count) => (socket) => socket.send(unfollow.padEnd(count));
const messages: Send = (count) => (socket) => {
  for (let nth = 0; nth < count; nth += 1) socket.send(unfollow);
};

/** The largest count below `most` that the server accepts; it answers one more with the code. */
async function largest(site: SoakSite, send: Send, most: number, code: number): Promise<number> {
  let [accepted, refused] = [1, most];
  while (refused - accepted > 1) {
    const middle = Math.floor((accepted + refused) / 2);
    const answer = await answerTo(site, send(middle));
    if (answer === 'open') accepted = middle;
    else if (answer === code) refused = middle;
    else
      throw new Error(
        `${middle} should be accepted or be answered with ${code}, but the answer is ${answer}.`,
      );
  }
  return accepted;
}

export async function input(site: SoakSite): Promise<readonly Figure[]> {
  return [
    atMost('Largest message of a page', (await largest(site, bytes, 40_000, tooLarge)) / 1024, 16, 'KiB'),
    atMost('Most fragments of a message', await largest(site, fragments, 64, tooManyFragments), 16),
    // With the message that says what the page watches.
    atMost(
      'Most messages of a page at once',
      1 + (await largest(site, messages, 100, closeCodes.tooMany)),
      40,
    ),
  ];
}
