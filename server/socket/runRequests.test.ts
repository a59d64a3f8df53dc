import { expect, it } from 'vitest';
import { createRequestIds } from './requestIds.ts';

it('[T15] answers to requests are remembered by the number of their runs, and the oldest are dropped first', () => {
  const requestIds = createRequestIds();
  const answer = (key: string, runs: number) => ({
    ...{ type: 'accepted' as const, key, set: null },
    runs: Array.from({ length: runs }, () => ({ check: 'c', run: 'r', joined: true })),
  });
  requestIds.add('ada', answer('first', 1));
  for (let n = 0; n < 255; n += 1) requestIds.add('bob', answer(`many-${n}`, 64));
  expect(requestIds.find('ada', 'first')).toEqual(answer('first', 1));
  requestIds.add('bob', answer('many-255', 64));
  expect(requestIds.find('ada', 'first')).toBeUndefined();
  expect(requestIds.find('bob', 'many-0')).toBeDefined();
});
