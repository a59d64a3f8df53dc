import { describe, expect, it } from 'vitest';
import type { Entry } from '../../core/run/entry.ts';
import { pauses, play } from './recordedRuns.ts';

const entries = [0, 40, 40, 9000].map((at, seq): Entry => ({
  seq,
  at,
  body: { kind: 'output', step: 'curl', stream: 'stdout', bytes: Uint8Array.of(seq) },
}));

/** A clock that moves only when told. */
function clock() {
  const waiting: { ms: number; then: () => void }[] = [];
  return {
    waiting,
    later: (ms: number, then: () => void) => {
      const own = { ms, then };
      waiting.push(own);
      return () => void waiting.splice(waiting.indexOf(own), 1);
    },
    tick: () => waiting.shift()?.then(),
  };
}

describe('playing a recording', () => {
  it('keeps the pauses as they were, and cuts the long ones short', () => {
    expect(pauses(entries, 'as it was')).toEqual([0, 40, 0, 700]);
  });

  it('plays at once for readers who asked for reduced motion', () => {
    const time = clock();
    const got: number[] = [];
    let over = 0;
    play({
      entries,
      pace: 'at once',
      schedule: time.later,
      onEntries: (some) => got.push(...some.map(({ seq }) => seq)),
      onEnd: () => (over += 1),
    });
    expect(got).toEqual([0, 1, 2, 3]);
    expect(over).toBe(1);
    expect(time.waiting).toHaveLength(0);
  });

  it('gives entries of one moment together, each once, in order', () => {
    const time = clock();
    const got: number[][] = [];
    let over = 0;
    play({
      entries,
      pace: 'as it was',
      schedule: time.later,
      onEntries: (some) => got.push(some.map(({ seq }) => seq)),
      onEnd: () => (over += 1),
    });
    expect(got).toEqual([[0]]);
    time.tick();
    expect(over).toBe(0);
    time.tick();
    expect(got).toEqual([[0], [1, 2], [3]]);
    expect(over).toBe(1);
  });

  it('a stopped recording says nothing more, not even that it is over', () => {
    const time = clock();
    let over = 0;
    const stop = play({
      entries,
      pace: 'as it was',
      schedule: time.later,
      onEntries: () => undefined,
      onEnd: () => (over += 1),
    });
    stop();
    expect(time.waiting).toHaveLength(0);
    expect(over).toBe(0);
  });

  it('an empty recording is over at once', () => {
    let over = 0;
    play({
      entries: [],
      pace: 'as it was',
      schedule: clock().later,
      onEntries: () => undefined,
      onEnd: () => (over += 1),
    });
    expect(over).toBe(1);
  });
});
