import { describe, expect, it } from 'vitest';
import { outcomeOf } from './outcome.ts';
import { mixedSet, recordOf, runOf } from './testing.ts';

describe('the outcome of a record', () => {
  it('[E1] counts the verdicts, and says place, condition and day in UTC', () => {
    const { sentence, ...outcome } = outcomeOf(mixedSet());
    expect(outcome).toMatchObject({
      agrees: 3,
      differs: 1,
      inconclusive: 1,
      of: 5,
      running: 0,
      short: '3 of 5 agree · lab · 22 Nov 2026',
      source: 'lab',
      limitation: { status: 'reproduces' },
    });
    expect(sentence).toBe(
      '3 of 5 rows agree with the page, 1 differs, 1 is inconclusive, run in the lab, on stand-in machines, in the condition “as documented”, on 22 Nov 2026. ' +
        'The limitation reproduces (2 of 2 deciding rows in it): All 2 deciding rows show it.',
    );
  });
  it('[E1] the day is that of UTC, wherever the reader is', () => {
    const late = recordOf([runOf()], { startedAt: '2026-11-22T23:59:59.999Z' });
    expect(outcomeOf(late).short).toBe('Local curl is refused: agrees · lab · 22 Nov 2026');
  });
  it('[E2] rows of unlike source are counted apart, and never added up', () => {
    const both = recordOf([
      runOf({ header: { source: 'live', fleet: 'prod', condition: '' } }),
      runOf({ judgement: { verdict: 'differs' } }),
      runOf(),
    ]);
    const { short, sentence, source } = outcomeOf(both);
    expect(source).toBe('mixed');
    expect(short).toBe('real machines: 1 of 1 agree, lab: 1 of 2 agree · 22 Nov 2026');
    expect(sentence).toContain('not added up');
    expect(sentence).not.toContain('2 of 3');
  });
  it('[E2] a recording is said to be one in the title line and in the sentence', () => {
    const { short, sentence } = outcomeOf(recordOf([runOf({ header: { source: 'recording' } })]));
    expect(short).toBe('Local curl is refused: agrees · recording of the lab · 22 Nov 2026');
    expect(sentence).toContain('for a recording of the lab');
  });
  it('[E3] a run that has not ended has no verdict, even if it was judged', () => {
    const open = runOf({ closed: 'running' });
    const outcome = outcomeOf(recordOf([open, runOf()]));
    expect(outcome).toMatchObject({ agrees: 1, inconclusive: 0, running: 1 });
    expect(outcome.short).toBe('1 of 2 agree so far, 1 still running · lab · 22 Nov 2026');
  });
  it('[E3] what was cut before it was judged is inconclusive and damaged, never running', () => {
    const cut = runOf({ closed: 'running', damage: 'Cut at byte 90 of 120.' });
    const outcome = outcomeOf(recordOf([cut]));
    expect(outcome).toMatchObject({ inconclusive: 1, running: 0 });
    expect(outcome.short).toContain('damaged: inconclusive');
    expect(outcome.sentence).toContain('1 run of this record cannot be read to the end.');
  });
  it('[E4] says nothing about the limitation when no deciding row ran, and what is missing when some were', () => {
    expect(outcomeOf(mixedSet({ deciding: ['elsewhere'] })).limitation).toBeUndefined();
    const { sentence, limitation } = outcomeOf(mixedSet({ deciding: ['row-01', 'elsewhere'] }));
    expect(limitation).toMatchObject({ status: 'unclear', rows: 1, of: 2 });
    expect(sentence).toContain(
      'unclear from this record (1 of 2 deciding rows in it): Not run yet: elsewhere.',
    );
  });
  it('[E1] a record without rows says so', () => {
    expect(outcomeOf(recordOf([]))).toMatchObject({
      of: 0,
      source: 'none',
      sentence: 'This record has no rows.',
    });
  });
  it('[E3] rows of a set that have no run to show are named, never left out', () => {
    const { short, sentence } = outcomeOf(mixedSet({ missing: ['row-06', 'row-07'] }));
    expect(short).toBe('3 of 5 agree · lab · 2 rows not here · 22 Nov 2026');
    expect(sentence).toContain(
      '2 rows of this set not here: row-06, row-07. They have not begun, are no longer kept, or cannot be read.',
    );
  });
});
