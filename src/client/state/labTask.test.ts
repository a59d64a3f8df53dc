import type { Viewer } from '../../core/protocol/viewer.ts';
import type { EndedRun } from '../../core/protocol/down.ts';
import { describe, expect, it } from 'vitest';
import {
  type LabTaskState,
  heard,
  onRequestSent,
  settled,
  startTask,
  stepOf,
  planReset,
  planTry,
} from './labTask.ts';
import { withRun } from './conditionResults.ts';

const checks = ['a'];
const fix = { owner: 'try', cause: 'as-documented', remedy: 'fix-nat', checks };
const run: EndedRun = {
  state: 'ended',
  run: 'A',
  check: 'a',
  checkHash: 'f',
  source: 'lab',
  condition: 'as-documented',
  startedAt: '2026-11-22T10:00:00.000Z',
  by: 'Reader 1',
  how: 'finished',
  endedAt: '2026-11-22T10:00:01.000Z',
  seconds: 1,
  judgement: { verdict: 'agrees', findings: [], observed: 'x', means: 'y', judge: 2 },
};
const known = withRun(new Map(), run);
const words = (doing: LabTaskState) => stepOf(doing)?.do;

describe('trying a condition', () => {
  it('takes what the comparison lacks first, and nothing that is known', () => {
    expect(planTry(fix, new Map(), 'healthy').steps.map((step) => step.do)).toEqual([
      'put',
      'take',
      'put',
      'take',
    ]);
    expect(planTry(fix, new Map(), 'as-documented').steps.map((step) => step.do)).toEqual([
      'take',
      'put',
      'take',
    ]);
    expect(planTry(fix, known, 'healthy').steps).toEqual([
      { do: 'put', cause: 'as-documented', remedy: 'fix-nat' },
      { do: 'take', checks },
    ]);
  });

  it('goes on only by the answer to its own question, and when its checks have ended', () => {
    let doing = onRequestSent(startTask(planTry(fix, known, 'as-documented')), 'key-1');
    expect(heard(doing, { type: 'done', key: 'other' })).toBe(doing);
    doing = heard(doing, { type: 'done', key: 'key-1' });
    expect(words(doing)).toBe('take');
    doing = heard(onRequestSent(doing, 'key-2'), { type: 'accepted', key: 'key-2', runs: [], set: null });
    expect(settled(doing, () => true)).toBe(doing);
    expect(settled(doing, () => false).at).toBe('done');
  });

  it('ends with the sentence of a refusal', () => {
    const doing = onRequestSent(startTask(planTry(fix, known, 'as-documented')), 'key-1');
    const message = 'Reader 2 has the lab until 10:00 UTC.';
    expect(heard(doing, { type: 'refused', key: 'key-1', message })).toMatchObject({ at: 'failed', message });
  });

  it('says a condition again that a lost connection left unanswered', () => {
    const doing = onRequestSent(startTask(planTry(fix, known, 'as-documented')), 'key-1');
    const viewer: Viewer = { who: { via: 'local' }, rights: [] };
    const welcome = {
      type: 'welcome',
      boot: 'b',
      you: 'Reader 1',
      fleet: { state: 'none', message: 'none' },
      latest: [],
      active: [],
      checkHashes: {},
      presenting: null,
      set: null,
    } as const;
    expect(heard(doing, { ...welcome, latest: [], active: [], here: [], notices: [], viewer })).toMatchObject(
      {
        stage: { at: 'unsaid' },
      },
    );
  });

  it('without a check that may be taken only puts the lab into the condition, and back', () => {
    expect(planTry({ ...fix, checks: [] }, known, 'as-documented').steps.map((step) => step.do)).toEqual([
      'put',
    ]);
    expect(planReset('panel', [], true).steps.map((step) => step.do)).toEqual(['release']);
  });

  it('going back gives the lab back, and takes it first when it is held by nobody', () => {
    expect(planReset('panel', checks, true).steps.map((step) => step.do)).toEqual(['release', 'take']);
    expect(planReset('panel', checks, false).steps[0]).toMatchObject({ do: 'put', cause: 'as-documented' });
  });
});

describe('the tables of the lab', () => {
  it('keep the newest finished run of a check in each condition, and nothing that is no evidence of one', () => {
    const older = { ...run, run: 'B', endedAt: '2026-11-22T09:00:00.000Z' };
    expect(withRun(known, older)).toBe(known);
    expect(withRun(known, { ...run, how: 'cancelled' })).toBe(known);
    expect(withRun(known, { ...run, source: 'live', condition: '' })).toBe(known);
    expect(withRun(known, { ...run, condition: 'healthy' }).size).toBe(2);
  });
});
