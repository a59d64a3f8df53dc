import type { Notice } from '../../core/run/lifecycle.ts';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../core/protocol/down.ts';
import type { Right, Viewer } from '../../core/protocol/rights.ts';
import { isBusy, overviewOf, reduce, runOf, START, type State, checkStateOf } from './state.ts';

const base = {
  check: 'route-lookup',
  checkHash: 'f',
  source: 'lab',
  condition: 'as-documented',
  startedAt: '2026-11-22T10:00:00.000Z',
  by: 'Reader 1',
} as const;
const judgement = { verdict: 'agrees', findings: [], observed: 'x', means: 'y', judge: 1 } as const;
const running = (run: string): Summary => ({ state: 'running', run, ...base });
const ended = (run: string, endedAt = '2026-11-22T10:00:01.000Z'): Summary => ({
  state: 'ended',
  run,
  ...base,
  how: 'finished',
  endedAt,
  seconds: 1,
  judgement: { ...judgement, findings: [] },
});
const hear = (state: State, summary: Summary, now = 5) =>
  reduce(state, { type: 'down', down: { type: 'summary', summary }, now });
const asked = (key: string) => reduce(START, { type: 'requested', key, checks: ['route-lookup'] });
const welcome = (latest: Summary[], active: Summary[]) =>
  ({
    type: 'down',
    now: 9,
    down: {
      type: 'welcome',
      boot: 'b',
      you: 'Reader 1',
      viewer: { who: { via: 'local' as const }, rights: [] as Right[] },
      fleet: { state: 'none', message: 'There is no fleet.' },
      latest,
      active,
      checkHashes: {},
      here: [] as string[],
      presenting: null,
      set: null,
      notices: [] as Notice[],
      overview: { runs: latest.length, pictures: {}, differences: {} },
    },
  }) as const;

describe('what a page knows of a check', () => {
  it('an asked check is busy until its own run ends, and then shows that run', () => {
    let state = asked('key-1');
    expect(isBusy(checkStateOf(state, 'route-lookup'))).toBe(true);
    state = reduce(state, {
      type: 'down',
      now: 1,
      down: {
        type: 'accepted',
        key: 'key-1',
        runs: [{ check: 'route-lookup', run: 'A', joined: false }],
        set: null,
      },
    });
    expect(runOf(checkStateOf(state, 'route-lookup'))).toBe('A');
    state = hear(hear(state, running('A')), ended('A'));
    expect(isBusy(checkStateOf(state, 'route-lookup'))).toBe(false);
    expect(checkStateOf(state, 'route-lookup').last?.run).toBe('A');
  });

  it('the end of another run does not end the one that is on its way', () => {
    const state = hear(hear(START, running('B')), ended('A'));
    expect(checkStateOf(state, 'route-lookup').activity.at).toBe('active');
    expect(runOf(checkStateOf(state, 'route-lookup'))).toBe('B');
  });

  it('an older record never takes the place of a newer one', () => {
    const state = hear(hear(START, ended('B', '2026-11-22T11:00:00.000Z')), ended('A'));
    expect(checkStateOf(state, 'route-lookup').last?.run).toBe('B');
  });

  it('a cancelled attempt does not take the place of what was known; the next that ends does', () => {
    const cancelled = { ...ended('B', '2026-11-22T11:00:00.000Z'), how: 'cancelled' } as const;
    const state = hear(hear(START, ended('A')), cancelled);
    expect(checkStateOf(state, 'route-lookup').last?.run).toBe('A');
    expect(checkStateOf(state, 'route-lookup').lastAttempt?.run).toBe('B');
    const again = hear(state, ended('C', '2026-11-22T12:00:00.000Z'));
    expect(checkStateOf(again, 'route-lookup')).toMatchObject({ last: { run: 'C' }, lastAttempt: undefined });
    expect(checkStateOf(hear(START, cancelled), 'route-lookup').last?.run).toBe('B');
  });

  it('a recording that was just played is shown, though a newer record of the lab is known', () => {
    const state = hear(START, ended('B', '2026-11-22T11:00:00.000Z'));
    const tape = { ...ended('T'), source: 'recording' } as const;
    const after = reduce(state, { type: 'playing', summary: tape, now: 1 });
    expect(checkStateOf(after, 'route-lookup').last?.source).toBe('recording');
  });

  it('the time of running counts from when it began to run, not from each message', () => {
    const state = hear(hear(START, running('A'), 100), running('A'), 900);
    const { activity } = checkStateOf(state, 'route-lookup');
    expect(activity.at === 'active' ? activity.since : undefined).toBe(100);
  });

  it('a refusal belongs to the click that it answers, and to no other', () => {
    const message = 'The fleet is not open yet.';
    const other = reduce(asked('key-1'), {
      type: 'down',
      now: 1,
      down: { type: 'refused', key: 'key-2', message },
    });
    expect(checkStateOf(other, 'route-lookup').activity.at).toBe('requested');
    const own = reduce(other, { type: 'down', now: 1, down: { type: 'refused', key: 'key-1', message } });
    expect(checkStateOf(own, 'route-lookup').activity).toEqual({ at: 'idle' });
  });

  it('a refusal leaves what was known before it in sight', () => {
    const known = hear(START, ended('A'));
    const again = reduce(known, { type: 'requested', key: 'key-1', checks: ['route-lookup'] });
    const down = { type: 'refused', key: 'key-1', message: 'You may not.' } as const;
    const after = checkStateOf(reduce(again, { type: 'down', now: 1, down }), 'route-lookup');
    expect(after).toMatchObject({ activity: { at: 'idle' }, last: { run: 'A' } });
  });

  it('what the reader may do is what the server said last', () => {
    const viewer: Viewer = { who: { via: 'session', name: 'vera' }, rights: ['view'] };
    const down = { type: 'standing', viewer } as const;
    const after = reduce(reduce(START, welcome([], [])), { type: 'down', now: 1, down });
    expect(after.viewer).toEqual(viewer);
  });

  it('asking again while it is on its way changes nothing', () => {
    const state = hear(START, running('A'));
    const again = reduce(state, { type: 'requested', key: 'key-2', checks: ['route-lookup'] });
    expect(checkStateOf(again, 'route-lookup')).toBe(checkStateOf(state, 'route-lookup'));
  });

  it('a welcome replaces what the page believed, and keeps what is still unanswered', () => {
    const stale = hear(START, running('A'));
    expect(isBusy(checkStateOf(reduce(stale, welcome([], [])), 'route-lookup'))).toBe(false);
    const waiting = reduce(asked('key-1'), welcome([ended('A')], []));
    expect(checkStateOf(waiting, 'route-lookup').activity).toEqual({ at: 'requested', key: 'key-1' });
    expect(checkStateOf(waiting, 'route-lookup').last?.run).toBe('A');
    expect(waiting.link.state).toBe('open');
  });

  it('the overview of recordings stands in while nothing has run, and only then', () => {
    const recorded = { runs: 4, pictures: {}, differences: {} };
    const recordings = { state: 'ready', recordedAt: '', last: new Map(), overview: recorded } as const;
    const absent = reduce(START, { type: 'recordings', recordings });
    expect(overviewOf(START)).toBeUndefined();
    expect(overviewOf(absent)).toBe(recorded);
    expect(overviewOf(reduce(absent, welcome([], [])))).toBe(recorded);
    const overview = { runs: 1, pictures: {}, differences: {} };
    const ran = reduce(absent, { type: 'down', now: 1, down: { type: 'overview', overview } });
    expect(overviewOf(ran)).toBe(overview);
  });
});
