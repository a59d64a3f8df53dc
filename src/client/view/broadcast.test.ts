import { describe, expect, it } from 'vitest';
import { createBroadcast, type Place } from './present.ts';
import type { Answer, Request } from '../state/requests.ts';

const place = (slide: string): Place => ({ slide, view: 'check' });

function wired() {
  const asked: { ask: Request; answer: (answer: Answer) => void }[] = [];
  const pauses: (() => void)[] = [];
  const heard: Answer[] = [];
  const broadcast = createBroadcast(
    (ask) => new Promise((answer) => void asked.push({ ask, answer })),
    (_, then) => void pauses.push(then),
    (answer) => void heard.push(answer),
  );
  const slides = () => asked.map(({ ask }) => (ask.type === 'present' ? (ask.at?.slide ?? null) : 'other'));
  /** The open message is answered, and the pause after it is over. */
  const settle = async (answer: Answer = { how: 'done' }) => {
    asked.at(-1)?.answer(answer);
    await Promise.resolve();
    await Promise.resolve();
    pauses.shift()?.();
  };
  return { broadcast, slides, settle, heard };
}

describe('a presenter', () => {
  it('that moves fast tells where it begins and where it arrives, one message at a time', async () => {
    const { broadcast, slides, settle } = wired();
    for (const slide of ['a', 'b', 'c', 'd']) broadcast.show(place(slide));
    expect(slides()).toEqual(['a']);
    await settle();
    expect(slides()).toEqual(['a', 'd']);
    await settle();
    expect(slides()).toEqual(['a', 'd']);
  });
  it('hears when it is refused, and its end is told all the same', async () => {
    const { broadcast, slides, settle, heard } = wired();
    broadcast.show(place('a'));
    await settle({ how: 'refused', message: 'Reader 1 presents.' });
    expect(heard).toEqual([{ how: 'refused', message: 'Reader 1 presents.' }]);
    broadcast.show(null);
    expect(slides()).toEqual(['a', null]);
  });
  it('says its place again after a loss of connection', async () => {
    const { broadcast, slides, settle } = wired();
    broadcast.show(place('a'));
    await settle();
    broadcast.resend();
    expect(slides()).toEqual(['a', 'a']);
  });
});
