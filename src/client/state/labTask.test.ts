import type { EndedRun } from '../../core/protocol/down.ts';
import { describe, expect, it } from 'vitest';
import {
  type LabTask,
  type LabTaskState,
  onReply,
  onChecksEnded,
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
const startTask = (task: LabTask): LabTaskState => ({ at: 'running', task, step: 0, stage: 'unsent' });
const known = withRun(new Map(), run);
const words = (doing: LabTaskState) => stepOf(doing)?.do;

describe('trying a condition', () => {
  it('takes what the comparison lacks first, and nothing that is known', () => {
    expect(planTry(fix, new Map(), 'healthy').steps.map((step) => step.do)).toEqual([
      'apply',
      'run',
      'apply',
      'run',
    ]);
    expect(planTry(fix, new Map(), 'as-documented').steps.map((step) => step.do)).toEqual([
      'run',
      'apply',
      'run',
    ]);
    expect(planTry(fix, known, 'healthy').steps).toEqual([
      { do: 'apply', cause: 'as-documented', remedy: 'fix-nat' },
      { do: 'run', checks },
    ]);
  });

  it('goes on only by the answer to its own question, and when its checks have ended', () => {
    const task = planTry(fix, known, 'as-documented');
    let doing = startTask(task);
    expect(onReply(doing, planReset('panel', checks, true), 0, { how: 'done' })).toBe(doing);
    expect(onReply(doing, task, 1, { how: 'done' })).toBe(doing);
    doing = onReply(doing, task, 0, { how: 'done' });
    expect(words(doing)).toBe('run');
    doing = onReply(doing, task, 1, { how: 'done' });
    expect(onChecksEnded(doing, () => true)).toBe(doing);
    expect(onChecksEnded(doing, () => false).at).toBe('done');
  });

  it('ends with the sentence of a refusal', () => {
    const task = planTry(fix, known, 'as-documented');
    const message = 'Reader 2 has the lab until 10:00 UTC.';
    expect(onReply(startTask(task), task, 0, { how: 'refused', message })).toMatchObject({
      at: 'failed',
      message,
    });
  });

  it('without a check that may be taken only puts the lab into the condition, and back', () => {
    expect(planTry({ ...fix, checks: [] }, known, 'as-documented').steps.map((step) => step.do)).toEqual([
      'apply',
    ]);
    expect(planReset('panel', [], true).steps.map((step) => step.do)).toEqual(['release']);
  });

  it('going back gives the lab back, and takes it first when it is held by nobody', () => {
    expect(planReset('panel', checks, true).steps.map((step) => step.do)).toEqual(['release', 'run']);
    expect(planReset('panel', checks, false).steps[0]).toMatchObject({ do: 'apply', cause: 'as-documented' });
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
