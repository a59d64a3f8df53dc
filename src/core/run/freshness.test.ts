import { describe, expect, it } from 'vitest';
import { FRESH_SECONDS, isFresh, type Now, type Result } from './freshness.ts';

const endedAt = '2026-11-24T10:00:00.000Z';
const result: Result = {
  endedAt,
  how: 'finished',
  source: 'lab',
  condition: 'as-documented',
  checkHash: 'f',
  verdict: 'agrees',
  members: ['web-1', 'web-2'],
};
const later = (seconds: number, other: Partial<Now> = {}): Now => ({
  source: 'lab',
  condition: 'as-documented',
  checkHash: 'f',
  members: ['web-1', 'web-2'],
  at: Date.parse(endedAt) + seconds * 1000,
  ...other,
});

describe('[B1] a result is fresh', () => {
  it('until as many seconds have passed as its check says, five minutes where it does not say', () => {
    expect(isFresh(result, later(0), FRESH_SECONDS)).toBe(true);
    expect(isFresh(result, later(FRESH_SECONDS - 1), FRESH_SECONDS)).toBe(true);
    expect(isFresh(result, later(FRESH_SECONDS), FRESH_SECONDS)).toBe(false);
    expect(isFresh(result, later(9), 10)).toBe(true);
    expect(isFresh(result, later(10), 10)).toBe(false);
  });
  it('where it differs too: that is a result', () =>
    expect(isFresh({ ...result, verdict: 'differs' }, later(1), FRESH_SECONDS)).toBe(true));
  it.each([
    ['another fleet', { source: 'live' as const }],
    ['another condition', { condition: 'healthy' }],
    ['another version of the check', { checkHash: 'e' }],
    ['a machine more', { members: ['web-1', 'web-2', 'web-3'] }],
    ['one machine', { members: [] }],
  ])('never for %s', (_, other) => expect(isFresh(result, later(1, other), FRESH_SECONDS)).toBe(false));
  it.each([
    ['concluded nothing', { verdict: 'inconclusive' as const }],
    ['was cancelled', { how: 'cancelled' as const }],
    ['was interrupted', { how: 'interrupted' as const }],
  ])('never when it %s', (_, other) =>
    expect(isFresh({ ...result, ...other }, later(1), FRESH_SECONDS)).toBe(false),
  );
  it('never when it is a recording, even where recordings are all there is', () =>
    expect(
      isFresh({ ...result, source: 'recording' }, later(1, { source: 'recording' }), FRESH_SECONDS),
    ).toBe(false));
  it('with clocks a little apart, and not when its time lies well ahead or cannot be read', () => {
    expect(isFresh(result, later(-30), FRESH_SECONDS)).toBe(true);
    expect(isFresh(result, later(-61), FRESH_SECONDS)).toBe(false);
    expect(isFresh({ ...result, endedAt: 'never' }, later(1), FRESH_SECONDS)).toBe(false);
  });
});
