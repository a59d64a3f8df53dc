import { describe, expect, it } from 'vitest';
import type { EndedRun } from '../../core/protocol/down.ts';
import { allFreshSince, freshOf } from './freshness.ts';
import { START, type State } from './state.ts';

const AT = Date.parse('2026-11-24T10:01:00.000Z');
const ended = (check: string, endedAt: string): EndedRun => ({
  state: 'ended',
  run: check,
  check,
  checkHash: 'f',
  source: 'lab',
  condition: 'as-documented',
  startedAt: endedAt,
  by: 'Reader 1',
  how: 'finished',
  endedAt,
  seconds: 1,
  judgement: { verdict: 'agrees', findings: [], observed: 'x', means: 'y', judge: 1 },
});
const showing = (...last: EndedRun[]): State => ({
  ...START,
  link: { state: 'open' },
  fleet: { state: 'ready', name: 'lab', source: 'lab', condition: 'as-documented', roles: [] },
  checks: new Map(
    last.map((one) => [one.check, { activity: { at: 'idle' }, last: one, lastAttempt: undefined }]),
  ),
});
const a = { id: 'a', hash: 'f' };
const b = { id: 'b', hash: 'f', freshSeconds: 20 };

describe('what a page shows is fresh', () => {
  it('by the rule of its check, for the fleet that a new run would go to', () => {
    const state = showing(ended('a', '2026-11-24T10:00:20.000Z'), ended('b', '2026-11-24T10:00:20.000Z'));
    expect(freshOf(state, a, AT)).toEqual({ endedAt: '2026-11-24T10:00:20.000Z', freshSeconds: 300 });
    expect(freshOf(state, b, AT)).toBeUndefined();
    expect(freshOf({ ...state, fleet: { state: 'none', message: '' } }, a, AT)).toBeUndefined();
    expect(freshOf({ ...state, link: { state: 'waiting' } }, a, AT)).toBeUndefined();
  });
  it('for the machines that the fleet has now', () => {
    const members = ['web-1', 'web-2'].map((name) => ({
      ...{ name, verdict: 'agrees' as const, observed: 'x' },
    }));
    const one = ended('a', '2026-11-24T10:00:20.000Z');
    const state = showing({ ...one, judgement: { ...one.judgement, members } });
    const freshFor = (...names: readonly string[]) => {
      const roles = names.map((name) => ({ name, role: 'web', address: '', gate: false }));
      return freshOf(
        { ...state, fleet: { state: 'ready', name: 'f', source: 'lab', condition: 'as-documented', roles } },
        { ...a, every: 'web' },
        AT,
      );
    };
    expect(freshFor('web-1', 'web-2')).toBeDefined();
    expect(freshFor('web-1', 'web-3')).toBeUndefined();
    expect(freshFor('web-1')).toBeUndefined();
  });
  it('as a whole when every row is, as old as its oldest row', () => {
    const state = showing(ended('a', '2026-11-24T10:00:20.000Z'), ended('b', '2026-11-24T10:00:50.000Z'));
    expect(allFreshSince(state, [a, b], AT)).toBe('2026-11-24T10:00:20.000Z');
    expect(allFreshSince(state, [a, { id: 'c', hash: 'f' }], AT)).toBeUndefined();
    const checks = new Map(state.checks).set('b', {
      activity: { at: 'requested', key: 'k' },
      last: ended('b', '2026-11-24T10:00:50.000Z'),
      lastAttempt: undefined,
    });
    expect(allFreshSince({ ...state, checks }, [a, b], AT)).toBeUndefined();
  });
});
