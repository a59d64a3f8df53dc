import { describe, expect, it } from 'vitest';
import { encodeEntry, concat } from '../../core/protocol/codec.ts';
import { entriesOf, stdout } from '../../core/report/testing.ts';
import { createClock } from './clock.ts';
import { createSplitter } from './readEntries.ts';
import { countUntil, momentAnchor, neighbour, readMoment, replayOf, Timeline } from './timeline.ts';

const entries = entriesOf({ output: [stdout('curl', 'one\n'), stdout('curl', 'two\n')] });
const bytes = concat(entries.map((entry) => encodeEntry(entry)));

describe('a stream of entries', () => {
  it('gives the same entries, wherever it is cut', () => {
    for (let size = 1; size < bytes.length; size += 7) {
      const feed = createSplitter();
      const found = [];
      for (let from = 0; from < bytes.length; from += size)
        found.push(...feed(bytes.slice(from, from + size)));
      expect(found).toEqual(entries);
    }
  });
  it('throws on what no encoder of ours wrote', () => {
    expect(() => createSplitter()(new Uint8Array([0, 0, 0, 2, 1, 1]))).toThrow();
  });
});

describe('the timeline of a run', () => {
  const timeline = new Timeline();
  timeline.add(entries);
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
  });
  it('gives the output of one step, and the places of the output before and after', () => {
    const replay = replayOf(timeline, 'curl');
    expect([replay.from, replay.until, replay.moments.length]).toEqual([125, 500, 2]);
    expect([125, 250, 375, 500].map((at) => neighbour(replay, at, 1))).toEqual([250, 375, 500, 500]);
    expect([125, 250, 375, 500].map((at) => neighbour(replay, at, -1))).toEqual([125, 125, 250, 375]);
  });
  it('keeps the beginning of what is too large, without holes, and counts the rest', () => {
    const large = new Timeline(6);
    large.add(entriesOf({ output: [stdout('curl', 'one\n'), stdout('curl', 'two\n'), stdout('curl', 'x')] }));
    expect(large.moments.filter(({ what }) => what === 'output')).toHaveLength(1);
    expect(large.left).toBe(5);
  });
  it('counts what the server left out', () => {
    const [header, started, output, , ...rest] = entries;
    if (!header || !started || !output) throw new Error('unreachable');
    const skipped = { seq: 3, at: 300, body: { kind: 'skipped' as const, until: 4, bytes: { curl: 99 } } };
    const shorter = new Timeline();
    shorter.add([header, started, output, skipped, ...rest]);
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
  let now = 0;
  it('plays at its speed, stops at the end, and begins again from there', () => {
    const clock = createClock(() => now, 50, 500);
    clock.play();
    clock.setSpeed(2);
    now = 100;
    expect(clock.at()).toBe(250);
    now = 9999;
    expect(clock.at()).toBe(500);
    clock.pause();
    expect([clock.at(), clock.isPlaying()]).toEqual([500, false]);
    clock.play();
    expect(clock.at()).toBe(50);
  });
  it('a change of speed or place keeps it where it is', () => {
    now = 0;
    const clock = createClock(() => now, 0, 1000);
    clock.play();
    now = 100;
    clock.setSpeed(8);
    expect(clock.at()).toBe(100);
    clock.seek(700);
    now = 110;
    expect(clock.at()).toBe(780);
    clock.pause();
    clock.seek(300);
    now = 500;
    expect(clock.at()).toBe(300);
    clock.seek(5000);
    expect(clock.at()).toBe(1000);
  });
});
