/** Ids of runs. */
import { expect, it } from 'vitest';
import { createIds, ulid } from './ulid.ts';

it('an id sorts after all before it: within a millisecond, after the clock was set back, and after one of a server whose clock is ahead', () => {
  let now = Date.parse('2026-11-30T12:00:00Z');
  const { next, seen } = createIds(() => new Date(now));
  const ids = [next(), next()];
  now -= 60_000;
  ids.push(next());
  const ahead = ulid(now + 120_000);
  seen(ahead);
  seen(ids[0] ?? '');
  ids.push(ahead, next());
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(5);
});
