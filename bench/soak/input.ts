/** What a page may send: how large a message, in how many fragments, how many at once and over time. */
import type { WebSocket } from 'ws';
import { closeCodes } from '../../src/core/protocol/version.ts';
import type { Figure } from './figures.ts';
import { answerTo } from './sockets.ts';
import type { Stage } from './stage.ts';

const tooLarge = 1009;
const tooManyPieces = 1008;
const unfollow = JSON.stringify({ type: 'unfollow', run: '0'.repeat(26) });

const pieces = (count: number) => (socket: WebSocket) => {
  for (let piece = 0; piece < count; piece += 1)
    socket.send(piece === 0 ? unfollow : ' ', { binary: false, fin: piece === count - 1 });
};
const bytes = (count: number) => (socket: WebSocket) => socket.send(unfollow.padEnd(count));
const messages = (count: number) => (socket: WebSocket) => {
  for (let message = 0; message < count; message += 1) socket.send(unfollow);
};

/** The largest count below `most` that is taken, when one more is answered with the code. */
async function largest(
  stage: Stage,
  send: (count: number) => (socket: WebSocket) => void,
  most: number,
  code: number,
): Promise<number> {
  let [taken, refused] = [1, most];
  while (refused - taken > 1) {
    const middle = Math.floor((taken + refused) / 2);
    const answer = await answerTo(stage, send(middle));
    if (answer === 'open') taken = middle;
    else if (answer === code) refused = middle;
    else
      throw new Error(`${middle} should be taken or be answered with ${code}, and the answer is ${answer}.`);
  }
  return taken;
}

export async function input(stage: Stage): Promise<readonly Figure[]> {
  const figure = (what: string, unit: Figure['unit'], measured: number, atMost: number): Figure => ({
    ...{ what, unit, measured, must: { atMost } },
  });
  return [
    figure('Largest message of a page', 'KiB', (await largest(stage, bytes, 40_000, tooLarge)) / 1024, 16),
    figure('Most fragments of a message', '', await largest(stage, pieces, 64, tooManyPieces), 16),
    // The message that says what the page watches is one of them.
    figure(
      'Most messages of a page at once',
      '',
      1 + (await largest(stage, messages, 100, closeCodes.tooMany)),
      40,
    ),
  ];
}
