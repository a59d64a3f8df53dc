import { describe, expect, it } from 'vitest';
import { encodeEntry, concat } from '../../core/protocol/codec.ts';
import { entriesOf, stdout } from '../../core/report/testing.ts';
import { pause, placeOf, play, seek, START_CLOCK, withSpeed } from './clock.ts';
import { createSplitter } from './splitEntries.ts';
import { createTimeline, countUntil, momentAnchor, readMoment, stepAt } from './timeline.ts';

const entries = entriesOf({ output: [stdout('curl', 'one\n'), stdout('curl', 'two\n')] });
const bytes = concat(entries.map((entry) => encodeEntry(entry)));

describe('a stream of entries', () => {
  it('gives the same entries, wherever it is cut', () => {
    for (let size = 1; size < bytes.length; size += 7) {
      const splitter = createSplitter();
      const found = [];
      for (let from = 0; from < bytes.length; from += size)
        found.push(...splitter.feed(bytes.slice(from, from + size)));
      expect(found).toEqual(entries);
    }
  });
  it('throws on what no encoder of ours wrote', () => {
    expect(() => createSplitter().feed(new Uint8Array([0, 0, 0, 2, 1, 1]))).toThrow();
  });
});

describe('the timeline of a run', () => {
  const timeline = createTimeline();
  timeline.take(entries);
  it('has begin, output and end of each step in order, and the length of the run', () => {
    expect(timeline.moments.map(({ what, at }) => [what, at])).toEqual([
      ['begins', 125],
      ['output', 250],
      ['output', 375],
      ['ends', 500],
    ]);
    expect(timeline.length).toBe(entries.at(-1)?.at);
    expect(timeline.left).toBe(0);
  });
  it('knows what has happened by a moment', () => {
    expect([0, 124, 125, 250, 374.9, 375, 9999].map((at) => countUntil(timeline.moments, at))).toEqual([
      0, 0, 1, 2, 2, 3, 4,
    ]);
    expect(stepAt(timeline, 300)).toBe('curl');
    expect(stepAt(timeline, 0)).toBe('curl');
  });
  it('keeps the beginning of what is too large, without holes, and counts the rest', () => {
    const large = createTimeline(6);
    large.take(
      entriesOf({ output: [stdout('curl', 'one\n'), stdout('curl', 'two\n'), stdout('curl', 'x')] }),
    );
    expect(large.moments.filter(({ what }) => what === 'output')).toHaveLength(1);
    expect(large.left).toBe(5);
    expect(large.view?.state).toBe('finished');
  });
  it('counts what the server left out', () => {
    const [header, started, output, , ...rest] = entries;
    if (!header || !started || !output) throw new Error('unreachable');
    const skipped = { seq: 3, at: 300, body: { kind: 'skipped' as const, until: 4, bytes: { curl: 99 } } };
    const shorter = createTimeline();
    shorter.take([header, started, output, skipped, ...rest]);
    expect(shorter.left).toBe(99);
  });
});

describe('a link to a moment', () => {
  it('is read as it was written', () => {
    expect(momentAnchor('ss-listen', 'curl', 1234.5)).toMatch(/^#ss-listen\.curl@1\.23[45]$/);
    expect(readMoment('#ss-listen.curl@1.25')).toEqual({ check: 'ss-listen', step: 'curl', ms: 1250 });
    expect(readMoment('#ss-listen~2.curl@0')).toEqual({ check: 'ss-listen~2', step: 'curl', ms: 0 });
  });
  it.each(['', '#ss-listen', '#ss-listen.curl', '#a.b@', '#a.b@-1', '#a.b@1e9', '#a.b@1.2345', '#A.b@1'])(
    '%s is none',
    (hash) => expect(readMoment(hash)).toBeUndefined(),
  );
});

describe('the clock of a replay', () => {
  it('goes on at its speed, stops at the end, and begins again from there', () => {
    const playing = withSpeed(play(START_CLOCK, 1000, 500), 2, 1000, 500);
    expect(placeOf(playing, 1100, 500)).toBe(200);
    expect(placeOf(playing, 9999, 500)).toBe(500);
    const resting = pause(playing, 9999, 500);
    expect(resting).toEqual({ state: 'resting', at: 500, speed: 2 });
    expect(placeOf(play(resting, 0, 500), 0, 500)).toBe(0);
  });
  it('a change of speed or place keeps it where it is', () => {
    const playing = play(START_CLOCK, 0, 1000);
    expect(placeOf(withSpeed(playing, 8, 100, 1000), 100, 1000)).toBe(100);
    expect(placeOf(seek(playing, 700, 100), 150, 1000)).toBe(750);
    expect(placeOf(seek(START_CLOCK, 700, 100), 150, 1000)).toBe(700);
  });
});
