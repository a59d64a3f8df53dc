import { expect, it } from 'vitest';
import { closeCodes } from '../../core/protocol/version.ts';
import { openSocket, type WireEvents } from './socket.ts';

const closedWith = (code: number, reason: string) => {
  const dialled: WireEvents[] = [];
  const ended: string[] = [];
  const waiting: (() => void)[] = [];
  const connect = (_: string, events: WireEvents) => {
    dialled.push(events);
    return { send() {}, close() {} };
  };
  const schedule = (_: number, then: () => void) => {
    waiting.push(then);
    return () => {};
  };
  openSocket(
    { connect, schedule, chance: () => 0.5 },
    { opened() {}, message() {}, lost() {}, ended: (message) => void ended.push(message) },
  );
  dialled[0]?.opened();
  dialled[0]?.closed(code, reason);
  for (const then of waiting) then();
  return { ended, dialled: dialled.length };
};

it('a page that may not read any more does not come back, and is told why', () => {
  expect(closedWith(closeCodes.notAllowed, 'sign in again')).toEqual({
    ended: ['sign in again'],
    dialled: 1,
  });
});
it('a page whose proxy is only asked again comes back by itself', () => {
  expect(closedWith(closeCodes.askAgain, 'the proxy is asked again')).toEqual({ ended: [], dialled: 2 });
});
