import { describe, expect, it } from 'vitest';
import { causesOf, documentedRows } from './documentedRows.ts';
import { capture } from '../testing.ts';

const checks = new Map([[capture.id, capture]]);

describe('the table of a diagnosis', () => {
  it('[G12] has the causes and no remedies, and says what each cell means', () => {
    const cell = { verdict: 'differs' as const, outcome: '1' };
    const [one, ...others] = causesOf(
      { conditions: { lost: { [capture.id]: cell }, 'lost+fix': { [capture.id]: cell } } },
      checks,
    );
    expect(others).toEqual([]);
    expect(one?.cause).toBe('lost');
    expect(one?.cells.get(capture.id)).toEqual({ ...cell, says: '… packets: The attempt was seen on lo' });
  });
  it('[G12] keeps a cell that no outcome explains as it is', () => {
    const cell = { verdict: 'inconclusive' as const, outcome: '' as const, problem: 'blocked' as const };
    expect(
      causesOf({ conditions: { lost: { [capture.id]: cell } } }, checks)[0]?.cells.get(capture.id),
    ).toEqual({ verdict: 'inconclusive', outcome: '' });
  });
  it('[G13] takes the documented outcome from the sample that stands for it', () => {
    expect(documentedRows([capture])).toEqual([
      { check: capture.id, outcome: 'otherwise', says: '0 packets' },
    ]);
    const named = { ...capture, samples: capture.samples.map((one) => ({ ...one, observed: '0 packets' })) };
    expect(documentedRows([named])[0]?.outcome).toBe('otherwise');
  });
});
