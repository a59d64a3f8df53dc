import { describe, expect, it } from 'vitest';
import type { Entry } from '../core/entry.ts';
import { createRunLog, KEPT_BYTES_PER_STEP } from './run-log.ts';

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
    steps: [{ id: 'ip', vantage: 'backend', command: 'ip' }],
    fleet: 'lab',
    provenance: 'lab',
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
    log.take([header, output(1, KEPT_BYTES_PER_STEP - 10), output(2, 30), output(3, 5)]);
    const { chunks, beyond } = log.output('ip');
    expect(chunks.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBe(KEPT_BYTES_PER_STEP);
    expect(beyond).toBe(25);
  });

  it('passes over entries it has, refuses a gap, and tells only of what is new', () => {
    const log = createRunLog();
    let told = 0;
    log.subscribe(() => (told += 1));
    log.take([header, output(1, 1)]);
    log.take([header, output(1, 1)]);
    expect(told).toBe(1);
    expect(log.view?.next).toBe(2);
    expect(() => log.take([output(3, 1)])).toThrow('expected entry 2, got 3');
  });

  it('begins anew when it is played again', () => {
    const log = createRunLog();
    log.take([header, output(1, 1)]);
    log.restart();
    expect(log.view).toBeUndefined();
    expect(log.output('ip').chunks).toEqual([]);
    log.take([header]);
    expect(log.view?.next).toBe(1);
  });
});
