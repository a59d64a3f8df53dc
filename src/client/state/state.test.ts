import type { Notice } from '../../core/run/notice.ts';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../core/protocol/down.ts';
import type { Right } from '../../core/protocol/rights.ts';
import type { Standing } from '../../core/protocol/viewer.ts';
import { isBusy, reduce, runOf, START, type State, takenOf } from './state.ts';

const base = {
  check: 'route-lookup',
  checkHash: 'f',
  provenance: 'lab',
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
const asked = (key: string) => reduce(START, { type: 'asked', key, checks: ['route-lookup'] });
const welcome = (latest: Summary[], active: Summary[]) =>
  ({
    type: 'down',
    now: 9,
    down: {
      type: 'welcome',
      boot: 'b',
      you: 'Reader 1',
      standing: { who: { via: 'local' as const }, rights: [] as Right[] },
      fleet: { state: 'none', say: 'There is no fleet.' },
      latest,
      active,
      checkHashes: {},
      here: [] as string[],
      presenting: null,
      set: null,
      notices: [] as Notice[],
    },
  }) as const;

describe('what a page knows of a check', () => {
  it('an asked check is busy until its own run ends, and then shows that run', () => {
    let state = asked('key-1');
    expect(isBusy(takenOf(state, 'route-lookup'))).toBe(true);
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
    expect(runOf(takenOf(state, 'route-lookup'))).toBe('A');
    state = hear(hear(state, running('A')), ended('A'));
    expect(isBusy(takenOf(state, 'route-lookup'))).toBe(false);
    expect(takenOf(state, 'route-lookup').last?.run).toBe('A');
  });

  it('the end of another run does not end the one that is on its way', () => {
    const state = hear(hear(START, running('B')), ended('A'));
    expect(takenOf(state, 'route-lookup').now.at).toBe('active');
    expect(runOf(takenOf(state, 'route-lookup'))).toBe('B');
  });

  it('an older record never takes the place of a newer one', () => {
    const state = hear(hear(START, ended('B', '2026-11-22T11:00:00.000Z')), ended('A'));
    expect(takenOf(state, 'route-lookup').last?.run).toBe('B');
  });

  it('a cancelled attempt does not take the place of what was known; the next that ends does', () => {
    const cancelled = { ...ended('B', '2026-11-22T11:00:00.000Z'), how: 'cancelled' } as const;
    const state = hear(hear(START, ended('A')), cancelled);
    expect(takenOf(state, 'route-lookup').last?.run).toBe('A');
    expect(takenOf(state, 'route-lookup').attempt?.run).toBe('B');
    const again = hear(state, ended('C', '2026-11-22T12:00:00.000Z'));
    expect(takenOf(again, 'route-lookup')).toMatchObject({ last: { run: 'C' }, attempt: undefined });
    expect(takenOf(hear(START, cancelled), 'route-lookup').last?.run).toBe('B');
  });

  it('a recording that was just played is shown, though a newer record of the lab is known', () => {
    const state = hear(START, ended('B', '2026-11-22T11:00:00.000Z'));
    const tape = { ...ended('T'), provenance: 'recording' } as const;
    const after = reduce(state, { type: 'playing', summary: tape, now: 1 });
    expect(takenOf(after, 'route-lookup').last?.provenance).toBe('recording');
  });

  it('the time of running counts from when it began to run, not from each message', () => {
    const state = hear(hear(START, running('A'), 100), running('A'), 900);
    const { now } = takenOf(state, 'route-lookup');
    expect(now.at === 'active' ? now.since : undefined).toBe(100);
  });

  it('a refusal belongs to the click that it answers, and to no other', () => {
    const say = 'The fleet is not open yet.';
    const other = reduce(asked('key-1'), {
      type: 'down',
      now: 1,
      down: { type: 'refused', key: 'key-2', say },
    });
    expect(takenOf(other, 'route-lookup').now.at).toBe('asked');
    const own = reduce(other, { type: 'down', now: 1, down: { type: 'refused', key: 'key-1', say } });
    expect(takenOf(own, 'route-lookup').now).toEqual({ at: 'rest' });
  });

  it('a refusal leaves what was known before it in sight', () => {
    const known = hear(START, ended('A'));
    const again = reduce(known, { type: 'asked', key: 'key-1', checks: ['route-lookup'] });
    const down = { type: 'refused', key: 'key-1', say: 'You may not.' } as const;
    const after = takenOf(reduce(again, { type: 'down', now: 1, down }), 'route-lookup');
    expect(after).toMatchObject({ now: { at: 'rest' }, last: { run: 'A' } });
  });

  it('what the reader may do is what the server said last', () => {
    const standing: Standing = { who: { via: 'session', name: 'vera' }, rights: ['view'] };
    const down = { type: 'standing', standing } as const;
    const after = reduce(reduce(START, welcome([], [])), { type: 'down', now: 1, down });
    expect(after.standing).toEqual(standing);
  });

  it('asking again while it is on its way changes nothing', () => {
    const state = hear(START, running('A'));
    const again = reduce(state, { type: 'asked', key: 'key-2', checks: ['route-lookup'] });
    expect(takenOf(again, 'route-lookup')).toBe(takenOf(state, 'route-lookup'));
  });

  it('a welcome replaces what the page believed, and keeps what is still unanswered', () => {
    const stale = hear(START, running('A'));
    expect(isBusy(takenOf(reduce(stale, welcome([], [])), 'route-lookup'))).toBe(false);
    const waiting = reduce(asked('key-1'), welcome([ended('A')], []));
    expect(takenOf(waiting, 'route-lookup').now).toEqual({ at: 'asked', key: 'key-1' });
    expect(takenOf(waiting, 'route-lookup').last?.run).toBe('A');
    expect(waiting.link.state).toBe('open');
  });
});
