import { expect, it } from 'vitest';
import { createClicks } from './requestIds.ts';

it('[T15] answers to clicks are kept by the number of their runs, the oldest given up first', () => {
  const clicks = createClicks();
  const answer = (key: string, runs: number) => ({
    ...{ type: 'accepted' as const, key, set: null },
    runs: Array.from({ length: runs }, () => ({ check: 'c', run: 'r', joined: true })),
  });
  clicks.keep('ada', answer('first', 1));
  for (let n = 0; n < 255; n += 1) clicks.keep('bob', answer(`many-${n}`, 64));
  expect(clicks.answered('ada', 'first')).toEqual(answer('first', 1));
  clicks.keep('bob', answer('many-255', 64));
  expect(clicks.answered('ada', 'first')).toBeUndefined();
  expect(clicks.answered('bob', 'many-0')).toBeDefined();
});
