import { describe, expect, it } from 'vitest';
import type { Entry } from '../../core/run/entry.ts';
import { append, KEPT_BYTES_PER_STEP, restart } from './fillLog.ts';
import { createRunLog } from './runLog.ts';

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

describe('what a page keeps of a run', () => {
  it('keeps output up to its limit and counts what came after', () => {
    const log = createRunLog();
    append(log, [header, output(1, KEPT_BYTES_PER_STEP - 10), output(2, 30), output(3, 5)]);
    const { chunks, beyond } = log.output('ip');
    expect(chunks.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBe(KEPT_BYTES_PER_STEP);
    expect(beyond).toBe(25);
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
    expect(log.output('ip').chunks).toEqual([]);
    append(log, [header]);
    expect(log.view?.next).toBe(1);
  });

  it('that came late counts per step what was left out, shows the rest, and goes on without a gap or a double', () => {
    const log = createRunLog();
    const steps = ['ip', 'other'].map((id) => ({ id, role: 'backend', command: id }));
    const identity = { hostName: 'h', machineId: 'm', kernel: 'k', user: 'u', hostKey: '', gate: '' };
    const started: Entry = {
      seq: 1,
      at: 0,
      body: { kind: 'step-started', step: 'ip', machine: 'backend', identity },
    };
    const skipped = (seq: number, until: number, bytes: Record<string, number>): Entry => ({
      seq,
      at: seq,
      body: { kind: 'skipped', until, bytes },
    });
    const note: Entry = { seq: 5, at: 5, body: { kind: 'step-note', step: 'ip', message: 'listens' } };
    const late = [
      { ...header, body: { ...header.body, steps } } as Entry,
      started,
      skipped(2, 5, { ip: 700, other: 30 }),
      note,
      skipped(6, 8, { ip: 300 }),
      output(8, 10),
    ];
    append(log, late);
    expect(log.output('ip')).toMatchObject({ before: 1000, beyond: 0 });
    expect(log.output('other')).toMatchObject({ before: 30, chunks: [] });
    expect(log.view?.next).toBe(9);
    // Cut off and back: the server may begin a little too early, and never too late.
    append(log, [skipped(6, 8, { ip: 300 }), output(8, 10), output(9, 5)]);
    expect(log.output('ip').before).toBe(1000);
    expect(log.output('ip').chunks.map(({ bytes }) => bytes.length)).toEqual([10, 5]);
    expect(log.view?.steps[0]).toMatchObject({ bytes: 1015 });
    expect(() => append(log, [output(11, 1)])).toThrow('expected entry 10, got 11');
  });
});
