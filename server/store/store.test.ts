import { recordIdPattern } from '../../src/core/vocabulary.ts';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Entry } from '../../src/core/run/entry.ts';
import { decodeAll, encodeEntry, encodeParts } from '../../src/core/protocol/codec.ts';
import type { Summary } from '../../src/core/protocol/down.ts';
import type { RunHeader } from '../../src/core/run/run.ts';
import { frame, readFrames } from './frames.ts';
import { openStore } from './store.ts';
import { ulid } from './ulid.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vantage-store-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const run = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const header: RunHeader = {
  kind: 'header',
  run,
  writeup: 'w',
  check: 'c',
  checkHash: 'h',
  documented: '0',
  steps: [{ id: 's', role: 'b', command: 'true' }],
  fleet: 'lab',
  source: 'lab',
  condition: '',
  startedAt: '2026-11-22T00:00:00.000Z',
  title: 'A check',
  commit: 'abc1234',
  by: 'Reader 1',
};
const output = (seq: number, text: string): Entry => ({
  seq,
  at: seq,
  body: { kind: 'output', step: 's', stream: 'stdout', bytes: new TextEncoder().encode(text) },
});
const entries: Entry[] = [{ seq: 0, at: 0, body: header }, output(1, 'one\n'), output(2, 'two\n')];
const summary = (
  id: string,
  check = 'c',
  how: 'finished' | 'cancelled' = 'finished',
): Extract<Summary, { state: 'ended' }> => ({
  ...{
    state: 'ended',
    how,
    run: id,
    check,
    checkHash: 'h',
    source: 'lab',
    condition: '',
    startedAt: header.startedAt,
    by: 'Reader 1',
    endedAt: header.startedAt,
    seconds: 1,
  },
  judgement: { verdict: 'agrees', findings: [], observed: id, means: 'as documented', judge: 1 },
});
const now = () => new Date('2026-11-22T01:00:00Z');

describe('frames', () => {
  const bytes = Buffer.concat(entries.map((entry) => frame(encodeEntry(entry))));
  it('are read back whole', () => {
    const { entries: read, after } = readFrames(bytes);
    expect({ read: decodeAll(read), after }).toEqual({
      read: entries,
      after: 'end',
    });
  });
  it('cut at any byte give the whole ones before it, and never throw', () => {
    for (let length = 0; length <= bytes.length; length += 1) {
      const { entries: read, length: used } = readFrames(bytes.subarray(0, length));
      expect(used).toBeLessThanOrEqual(length);
      expect(decodeAll(read)).toEqual(entries.slice(0, read.length));
    }
  });
  it('with any byte changed never give an entry that was not written', () => {
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x55;
      const { entries: read } = readFrames(changed);
      expect(decodeAll(read)).toEqual(entries.slice(0, read.length));
      expect(read.length).toBeLessThan(entries.length);
    }
  });
});

describe('the store', () => {
  it('shows a sealed run after it was opened anew', async () => {
    const store = openStore(directory);
    const log = store.create(header);
    for (const entry of entries) log.append(encodeEntry(entry));
    await log.seal(summary(run));
    store.close();
    const again = openStore(directory);
    expect(again.latest('w')).toEqual([summary(run)]);
    expect(decodeAll(again.read(run, 0, 1 << 20).entries)).toEqual(entries);
    expect(again.summary('01ARZ3NDEKTSV4RRFFQ69G5FAW')).toBeUndefined();
    again.close();
  });
  it('gives the newest ended run of each check, and a cancelled one hides nothing', async () => {
    const store = openStore(directory);
    const ids = [1, 2, 3].map((time) => ulid(time));
    for (const [index, id] of ids.entries()) {
      const log = store.create({ ...header, run: id });
      log.append(encodeEntry({ seq: 0, at: 0, body: header }));
      await log.seal(summary(id, 'c', index === 2 ? 'cancelled' : 'finished'));
    }
    expect(store.latest('w').map((row) => row.run)).toEqual([ids[1]]);
    expect(store.latest('other')).toEqual([]);
    store.close();
  });
  it('ends what an earlier server left unfinished as interrupted, and keeps what had arrived', () => {
    const store = openStore(directory);
    const log = store.create(header);
    for (const entry of entries) log.append(encodeEntry(entry));
    log.abandon();
    store.close();
    appendFileSync(join(directory, 'runs', `${run}.log`), Buffer.from([1, 2, 3]));
    const again = openStore(directory);
    expect(again.recover(now)).toEqual([{ run, check: 'c', how: 'interrupted' }]);
    expect(again.latest('w')).toMatchObject([
      { run, how: 'interrupted', judgement: { verdict: 'inconclusive', problem: { kind: 'interrupted' } } },
    ]);
    const kept = decodeAll(again.read(run, 0, 1 << 20).entries);
    expect(kept.slice(0, 3)).toEqual(entries);
    expect(kept[3]?.body).toMatchObject({ kind: 'closed', how: 'interrupted' });
    expect(again.recover(now)).toEqual([]);
    again.close();
  });
  it('recovers from a log of any length, and from none', () => {
    const path = join(directory, 'runs', `${run}.log`);
    const store = openStore(directory);
    const log = store.create(header);
    for (const entry of entries) log.append(encodeEntry(entry));
    log.abandon();
    store.close();
    const whole = readFileSync(path);
    for (const length of [0, 1, 20, whole.length - 1]) {
      writeFileSync(path, whole);
      truncateSync(path, length);
      const again = openStore(directory);
      again.recover(now);
      expect(again.summary(run)).toMatchObject({ state: 'ended', how: 'interrupted' });
      again.close();
    }
  });
  it('is opened by one server at a time, and says so to a second', () => {
    const store = openStore(directory);
    expect(() => openStore(directory)).toThrow('used by another Vantage server');
    store.close();
    openStore(directory).close();
  });
  it('reads an entry larger than a batch alone, from memory and from its file', () => {
    const store = openStore(directory);
    const log = store.create(header);
    const [large, small] = [output(0, 'x'.repeat(100_000)), output(1, 'y')];
    for (const entry of [large, small]) log.append(...encodeParts(entry));
    const batch = (position: number) => {
      const { entries, next } = store.read(run, position, 1024);
      return { next, entries: decodeAll(entries) };
    };
    const inMemory = batch(0);
    expect(inMemory.entries).toEqual([large]);
    log.abandon();
    expect(batch(0)).toEqual(inMemory);
    expect(batch(inMemory.next).entries).toEqual([small]);
    store.close();
  });
});

describe('run ids', () => {
  it('sort by time and match what the wire takes', () => {
    const ids = [1, 1000, 1_763_800_000_000].map((time) => ulid(time));
    expect([...ids].sort()).toEqual(ids);
    for (const id of ids) expect(id).toMatch(recordIdPattern);
  });
});
