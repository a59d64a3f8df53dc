import { describe, expect, it } from 'vitest';
import type { Entry } from '../../core/run/entry.ts';
import type { Stream } from '../../core/vocabulary.ts';
import { append, KEPT_BYTES_PER_STEP, restart } from './fillLog.ts';
import { createRunLog, type RunLog } from './runLog.ts';

const header: Entry = {
  seq: 0,
  at: 0,
  body: {
    kind: 'header',
    run: 'R',
    writeup: 'w',
    check: 'c',
    checkHash: 'f',
    documented: 'd',
    steps: [{ id: 'ip', role: 'backend', command: 'ip' }],
    fleet: 'lab',
    source: 'lab',
    condition: '',
    startedAt: '',
    title: 'A check',
    commit: 'abc1234',
    by: 'Reader 1',
  },
};
const output = (seq: number, bytes: number): Entry => ({
  seq,
  at: seq,
  body: { kind: 'output', step: 'ip', stream: 'stdout', bytes: new Uint8Array(bytes) },
});

const identity = { hostName: 'h', machineId: 'm', kernel: 'k', user: 'u', hostKey: '', gate: '' };
const started = (seq: number): Entry => ({
  seq,
  at: seq,
  body: { kind: 'step-started', step: 'ip', machine: 'backend', identity },
});
const keptBytes = (log: RunLog) =>
  log.moments.flatMap((moment) => (moment.what === 'output' ? [moment.bytes.length] : []));
const said = (seq: number, stream: Stream, text: string, at = seq): Entry => ({
  seq,
  at,
  body: { kind: 'output', step: 'ip', stream, bytes: new TextEncoder().encode(text) },
});
const end: Omit<Entry, 'seq'> = {
  at: 9,
  body: {
    kind: 'step-ended',
    step: 'ip',
    ended: {
      how: 'complete',
      exit: 0,
      stdout: { bytes: 0, sha256: '' },
      stderr: { bytes: 0, sha256: '' },
    },
    seconds: 1,
  },
};

describe('what a page keeps of a run', () => {
  it('keeps output up to its limit and counts what came after', () => {
    const log = createRunLog();
    append(log, [header, started(1), output(2, KEPT_BYTES_PER_STEP - 10), output(3, 30), output(4, 5)]);
    expect(keptBytes(log).reduce((sum, bytes) => sum + bytes, 0)).toBe(KEPT_BYTES_PER_STEP);
    append(log, [{ ...end, seq: 5 }]);
    expect(log.moments.map(({ what }) => what)).toEqual(['begins', 'output', 'output', 'limit', 'ends']);
    expect(log.moments.at(-1)).toMatchObject({ beyond: 25, view: { state: 'ended' } });
  });

  it('puts the end of a line before what the other stream wrote into it at the same time', () => {
    const log = createRunLog();
    append(log, [header, started(1), said(2, 'stderr', 'not con')]);
    append(log, [said(3, 'stdout', '{}\n', 70), said(4, 'stderr', 'nected\n', 71)]);
    const texts = () =>
      log.moments.flatMap((one) => (one.what === 'output' ? [new TextDecoder().decode(one.bytes)] : []));
    expect(texts()).toEqual(['not con', 'nected\n', '{}\n']);
    expect(log.moments.map(({ at }) => at)).toEqual([1, 2, 70, 70]);
    // Told of already, a second apart, or whole lines: they stay as they came.
    append(log, [said(5, 'stdout', 'a', 72)]);
    append(log, [
      said(6, 'stderr', 'b\n', 72),
      said(7, 'stdout', 'c\n', 999),
      said(8, 'stderr', 'd\n', 1000),
    ]);
    expect(texts().slice(3)).toEqual(['a', 'b\n', 'c\n', 'd\n']);
  });

  it('passes over entries it has, refuses a gap, and tells only of what is new', () => {
    const log = createRunLog();
    let told = 0;
    log.subscribe(() => (told += 1));
    append(log, [header, output(1, 1)]);
    append(log, [header, output(1, 1)]);
    expect(told).toBe(1);
    expect(log.view?.next).toBe(2);
    expect(() => append(log, [output(3, 1)])).toThrow('expected entry 2, got 3');
  });

  it('begins anew when it is played again', () => {
    const log = createRunLog();
    append(log, [header, output(1, 1)]);
    restart(log);
    expect(log.view).toBeUndefined();
    expect(log.moments).toEqual([]);
    append(log, [header]);
    expect(log.view?.next).toBe(1);
  });

  it('that came late counts per step what was left out, shows the rest, and goes on without a gap or a double', () => {
    const log = createRunLog();
    const steps = ['ip', 'other'].map((id) => ({ id, role: 'backend', command: id }));
    const skipped = (seq: number, until: number, bytes: Record<string, number>): Entry => ({
      seq,
      at: seq,
      body: { kind: 'skipped', until, bytes },
    });
    const note: Entry = { seq: 5, at: 5, body: { kind: 'step-note', step: 'ip', message: 'listens' } };
    const late = [
      { ...header, body: { ...header.body, steps } } as Entry,
      started(1),
      skipped(2, 5, { ip: 700, other: 30 }),
      note,
      skipped(6, 8, { ip: 300 }),
      output(8, 10),
    ];
    append(log, late);
    const leftOut = () =>
      log.moments.flatMap((one) => (one.what === 'left-out' ? [[one.step, one.count]] : []));
    const all = [
      ['ip', 700],
      ['other', 30],
      ['ip', 300],
    ];
    expect(leftOut()).toEqual(all);
    expect(log.view?.next).toBe(9);
    // Cut off and back: the server may begin a little too early, and never too late.
    append(log, [skipped(6, 8, { ip: 300 }), output(8, 10), output(9, 5)]);
    expect(leftOut()).toEqual(all);
    expect(keptBytes(log)).toEqual([10, 5]);
    expect(log.view?.steps[0]).toMatchObject({ bytes: 1015 });
    expect(() => append(log, [output(11, 1)])).toThrow('expected entry 10, got 11');
  });
});
