/** `/healthz` tells the worst state of all fleets, and why nothing can be started. A server stays in when only the store fails that all have. */
import { expect, it } from 'vitest';
import { healthOf } from './app.ts';

it.each([
  [['ready'], 'ready'],
  [['ready', 'ready'], 'ready'],
  [['ready', 'starting'], 'starting'],
  [['ready', 'none'], 'none'],
  [['none', 'starting', 'ready'], 'none'],
] as const)('health of fleets in the states %j is %s', (states, fleet) => {
  const own = (fault: string | undefined) => healthOf('docs-1', states, { fault: () => fault });
  const base = { server: 'docs-1', fleet };
  expect(own(undefined)).toEqual({ ...base, ok: true, store: 'ready' });
  const message = 'The disk is full.';
  expect(own(message)).toEqual({ ...base, ok: false, store: 'failed', message });
  const shared = { fault: () => message, shared: {} };
  expect(healthOf('docs-1', states, shared)).toEqual({ ...base, ok: true, store: 'failed', message });
});
