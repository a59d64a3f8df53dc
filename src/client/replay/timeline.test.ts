import { describe, expect, it } from 'vitest';
import { encodeEntry, concat } from '../../core/protocol/codec.ts';
import { entriesOf, stdout } from '../../core/report/testing.ts';
import { createClock, createSplitter, countUntil, momentAnchor, neighbour, readMoment } from './timeline.ts';
import { append } from '../state/fillLog.ts';
import { createRunLog } from '../state/runLog.ts';

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

describe('the moments of a run', () => {
  const log = createRunLog();
  append(log, entries);
  const { moments } = log;
  it('are begin, output and end of each step in order', () => {
    expect(moments.map(({ what, at }) => [what, at])).toEqual([
      ['begins', 125],
      ['output', 250],
      ['output', 375],
      ['ends', 500],
    ]);
  });
  it('have happened by a time, or have not', () => {
    expect([0, 124, 125, 250, 374.9, 375, 9999].map((at) => countUntil(moments, at))).toEqual([
      0, 0, 1, 2, 2, 3, 4,
    ]);
  });
  it('have neighbours', () => {
    expect([125, 250, 375, 500].map((at) => neighbour(moments, at, 1))).toEqual([250, 375, 500, 500]);
    expect([125, 250, 375, 500].map((at) => neighbour(moments, at, -1))).toEqual([125, 125, 250, 375]);
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
