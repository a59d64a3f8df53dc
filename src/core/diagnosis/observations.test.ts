import { describe, expect, it } from 'vitest';
import { diagnose } from './diagnosis.ts';
import { observationOf, compare, newestSource } from './observations.ts';
import { observed, table } from './testing.ts';
import { diagnosisText } from './diagnosisText.ts';
import type { Judgement } from '../run/judgement.ts';

const text = (...parameters: Parameters<typeof diagnose>) => diagnosisText(diagnose(...parameters));

describe('what a diagnosis is made from', () => {
  it('[G1] takes a row of a run as an observation', () => {
    const judgement: Judgement = {
      verdict: 'agrees',
      findings: [],
      observed: '0 packets',
      outcome: '{packets} packets',
      means: 'Nothing was seen.',
      judge: 2,
    };
    const row = { check: 'any', judgement, condition: 'healthy' };
    expect(observationOf({ ...row, source: 'lab' })).toEqual({
      check: 'any',
      verdict: 'agrees',
      outcome: '{packets} packets',
      source: 'lab',
      condition: 'healthy',
      says: '0 packets',
    });
  });

  it('[G4] refuses observations from different places, and conditions', () => {
    const refusal = (places: string) =>
      `Expected observations from one place, found ${places}. Run the checks again in one place, or choose one of these.`;
    expect(text(table, [observed('self'), observed('own', { source: 'live' })])).toEqual([
      refusal('lab (unknown) and live (unknown)'),
    ]);
    expect(text(table, [observed('self'), observed('own', { condition: 'healthy' })])).toEqual([
      refusal('lab (healthy) and lab (unknown)'),
    ]);
  });

  it('[G4] can keep those from the place of the newest result, and tells what is left out', () => {
    const [self, own] = [observed('self', { source: 'live' }), observed('own')];
    const newest = observed('any', { verdict: 'inconclusive' });
    expect(newestSource([newest, self, own])).toEqual({ kept: [self], leftOut: ['any', 'own'] });
    expect(newestSource([newest])).toEqual({ kept: [newest], leftOut: [] });
    expect(newestSource([])).toEqual({ kept: [], leftOut: [] });
  });

  it('[G2] lets an inconclusive observation neither explain nor contradict', () => {
    const cell = { verdict: 'agrees', outcome: 'none' } as const;
    expect(compare(cell, observed('any', { verdict: 'inconclusive' }))).toBe('silent');
    expect(compare({ ...cell, verdict: 'inconclusive' }, observed('any', { verdict: 'inconclusive' }))).toBe(
      'silent',
    );
    expect(compare(undefined, observed('any'))).toBe('silent');
  });

  it('[G1] tells the newest of equal observations, which is the first', () => {
    const differs = { verdict: 'differs', outcome: 'reset' } as const;
    const [newer, older] = ['2 packets', '4 packets'].map((says) => observed('any', { ...differs, says }));
    if (!newer || !older) throw new Error('two were made');
    expect(text(table.slice(0, 1), [newer, older])).toContain(
      'as-documented is contradicted by any (predicted "0 packets" (agrees), observed "2 packets" (differs)).',
    );
  });

  it('[G5] never groups a cause that explains a row with one that says nothing of it', () =>
    expect(
      text(
        [...table.slice(0, 1), { cause: 'silent', cells: new Map() }],
        [observed('any', { outcome: undefined })],
      ),
    ).toEqual([
      'as-documented fits: it explains 1 of 1 result.',
      'silent is untested: no check ran for which it predicts a result.',
    ]));

  it('[G10] goes by the verdict alone where the record has no outcome, and explains nothing by `differs`', () => {
    const unnamed = (check: string, verdict: 'agrees' | 'differs') =>
      observed(check, { verdict, outcome: undefined });
    expect(text(table.slice(0, 1), [unnamed('any', 'agrees')])).toEqual([
      'as-documented fits: it explains 1 of 1 result.',
    ]);
    expect(text(table.slice(3, 5), [unnamed('self', 'differs')])).toEqual([
      'healthy and input-firewall-drop are untested: no check ran for which they predict a result.',
    ]);
    expect(text(table.slice(3, 4), [{ ...unnamed('self', 'agrees'), says: 'refused' }])).toEqual([
      'No known cause fits the results.',
      'healthy is contradicted by self (predicted "connected, HTTP …" (differs), observed "refused" (agrees)).',
    ]);
    expect(text(table.slice(0, 1), [unnamed('any', 'agrees'), observed('any')])).toEqual([
      'as-documented fits: it explains 1 of 1 result.',
    ]);
  });
});
