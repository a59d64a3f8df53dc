import { describe, expect, it } from 'vitest';
import type { Judgement } from './judgement.ts';
import { limitationStatus, type TakenRow } from './limitation.ts';

describe('the limitation', () => {
  const row = (
    check: string,
    limitation?: 'reproduces' | 'gone',
    provenance: 'lab' | 'live' = 'lab',
  ): TakenRow => {
    const judgement: Judgement = { verdict: 'agrees', findings: [], observed: '', means: '', judge: 1 };
    return {
      check,
      takenAt: '2026-11-22',
      provenance,
      judgement: limitation ? { ...judgement, limitation } : judgement,
    };
  };
  const status = (...rows: TakenRow[]) => limitationStatus(['a', 'b'], rows).status;
  it('[L1] reproduces or is gone only when every deciding row says so', () => {
    expect(status(row('a', 'reproduces'), row('b', 'reproduces'))).toBe('reproduces');
    expect(status(row('a', 'gone'), row('b', 'gone'))).toBe('no longer reproduces');
    expect(status(row('a', 'gone'), row('b', 'reproduces'))).toBe('unclear');
    expect(status(row('a', 'reproduces'), row('b'))).toBe('unclear');
    expect(status(row('a', 'reproduces'))).toBe('unclear');
    expect(status(row('a', 'reproduces'), row('other', 'reproduces'))).toBe('unclear');
    expect(status()).toBe('unclear');
  });
  it('[L2] rows of unlike provenance are not added up', () =>
    expect(status(row('a', 'reproduces'), row('b', 'reproduces', 'live'))).toBe('unclear'));
});
