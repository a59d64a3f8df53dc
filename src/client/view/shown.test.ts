/** What is told of several checks together: their tally, their set, and what a review would save of them. */
import { describe, expect, it } from 'vitest';
import type { EndedRun, RunSet } from '../../core/protocol/down.ts';
import type { Verdict } from '../../core/vocabulary.ts';
import { runsToSave, newestSetOf } from '../state/runsToSave.ts';
import { START, type State, type CheckState } from '../state/state.ts';
import { tallyOf } from '../state/tally.ts';

const ended = (check: string, verdict: Verdict = 'agrees', source: EndedRun['source'] = 'lab'): EndedRun => ({
  state: 'ended',
  run: `run-${check}`,
  check,
  checkHash: 'f',
  source,
  condition: '',
  startedAt: '',
  by: 'Reader 1',
  how: 'finished',
  endedAt: '2026-11-24T10:00:00.000Z',
  seconds: 1,
  judgement: { verdict, findings: [], observed: 'x', means: 'y', judge: 1 },
});
const taken = (
  last: EndedRun | undefined,
  activity: CheckState['activity'] = { at: 'idle' },
): CheckState => ({
  activity,
  last,
  lastAttempt: undefined,
});
const setWith = (set: string, ...checks: string[]): RunSet => ({
  set,
  writeup: 'w',
  title: '',
  note: '',
  by: '',
  startedAt: '',
  pinned: false,
  members: checks.map((check) => ({ check, run: `run-${check}` })),
});
const checks = new Map<string, CheckState>([
  ['a', taken(ended('a'))],
  ['b', taken(ended('b', 'differs'))],
  ['c', taken(ended('c'), { at: 'requested', key: 'k' })],
  ['tape', taken(ended('tape', 'agrees', 'recording'))],
]);
const sets = [setWith('4', 'a'), setWith('3', 'a', 'b'), setWith('2', 'a', 'b', 'c'), setWith('1', 'a', 'b')];
const state: State = { ...START, checks, sets };

describe('several checks together', () => {
  it('are counted by verdict, recordings and what was not run yet apart', () => {
    expect(tallyOf(state, ['a', 'b', 'c', 'tape', 'new'])).toBe(
      '2 agree, 1 differs, 1 played from recordings, 1 not run yet',
    );
    expect(tallyOf(state, ['new', 'other'])).toBe('2 checks');
  });
  it('have the record of the smallest set that holds just what is shown, the newest among equals', () => {
    expect(newestSetOf(state, ['a', 'b'])?.set).toBe('3');
    expect(newestSetOf(state, ['b', 'c'])?.set).toBe('2');
    expect(newestSetOf(state, ['a', 'new'])).toBeUndefined();
    expect(newestSetOf(state, ['tape'])).toBeUndefined();
    const again = new Map(checks).set('b', taken({ ...ended('b'), run: 'newer' }));
    expect(newestSetOf({ ...state, checks: again }, ['a', 'b'])).toBeUndefined();
  });
  it('are saved as they are shown: no recording, no check that never ran, and the previous result of a running check', () => {
    const { runs, notRun, running } = runsToSave(state, ['a', 'c', 'tape', 'new']);
    expect(runs.map(({ run }) => run)).toEqual(['run-a', 'run-c']);
    expect({ notRun, running }).toEqual({ notRun: ['tape', 'new'], running: ['c'] });
  });
});
