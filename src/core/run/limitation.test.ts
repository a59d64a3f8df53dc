import { describe, expect, it } from 'vitest';
import type { Judgement } from './judgement.ts';
import { limitationStatus, type DecidingRow } from './limitation.ts';

describe('the limitation', () => {
  const row = (
    check: string,
    limitation?: 'reproduces' | 'gone',
    source: 'lab' | 'live' = 'lab',
  ): DecidingRow => {
    const judgement: Judgement = { verdict: 'agrees', findings: [], observed: '', means: '', judge: 1 };
    return {
      check,
      takenAt: '2026-11-22',
      source,
      judgement: limitation ? { ...judgement, limitation } : judgement,
    };
  };
  const status = (...rows: DecidingRow[]) => limitationStatus(['a', 'b'], rows).status;
  it('[L1] reproduces or is gone only when every deciding row says so', () => {
    expect(status(row('a', 'reproduces'), row('b', 'reproduces'))).toBe('reproduces');
    expect(status(row('a', 'gone'), row('b', 'gone'))).toBe('no longer reproduces');
    expect(status(row('a', 'gone'), row('b', 'reproduces'))).toBe('unclear');
    expect(status(row('a', 'reproduces'), row('b'))).toBe('unclear');
    expect(status(row('a', 'reproduces'))).toBe('unclear');
    expect(status(row('a', 'reproduces'), row('other', 'reproduces'))).toBe('unclear');
    expect(status()).toBe('unclear');
  });
  it('[L2] rows of unlike source are not added up', () =>
    expect(status(row('a', 'reproduces'), row('b', 'reproduces', 'live'))).toBe('unclear'));
});
