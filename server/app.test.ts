/** `/healthz` tells the worst state of all fleets, and why nothing can be started. */
import { expect, it } from 'vitest';
import { healthOf } from './app.ts';

it.each([
  [['ready'], 'ready'],
  [['ready', 'ready'], 'ready'],
  [['ready', 'starting'], 'starting'],
  [['ready', 'none'], 'none'],
  [['none', 'starting', 'ready'], 'none'],
] as const)('health of fleets in the states %j is %s', (states, fleet) => {
  expect(healthOf(states, undefined)).toEqual({ ok: true, fleet });
  expect(healthOf(states, 'The disk is full.')).toEqual({ ok: false, fleet, message: 'The disk is full.' });
});
