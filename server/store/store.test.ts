import { recordIdPattern } from '../../src/core/vocabulary.ts';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Entry } from '../../src/core/run/entry.ts';
import { decodeAll, encodeEntry } from '../../src/core/protocol/codec.ts';
import type { RunHeader } from '../../src/core/run/run.ts';
import { frame, readFrames } from './frames.ts';
import { storeContract } from './contract/contract.suite.ts';
import { openStore } from './store.ts';
import { testStore } from './testing.ts';
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

storeContract(async () => testStore());

describe('the files', () => {
  it('recovers from a log of any length with a torn end, and from none', async () => {
    for (const [at, entriesLeft] of [0, 1, 2, 3].entries()) {
      const id = ulid(at);
      const path = join(directory, 'runs', `${id}.log`);
      const own = entries.map((entry) =>
        entry.seq === 0 ? { ...entry, body: { ...header, run: id } } : entry,
      );
      const store = openStore(directory);
      const log = store.create({ ...header, run: id });
      const ends = own.map((entry) => log.append(encodeEntry(entry)));
      log.abandon();
      store.close();
      truncateSync(path, ends[entriesLeft - 1] ?? 0);
      appendFileSync(path, readFileSync(path).subarray(0, 7));
      const again = openStore(directory);
      expect(await again.recover(now)).toEqual([{ run: id, check: 'c', how: 'interrupted' }]);
      const { entries: kept } = await again.read(id, 0, 1 << 20);
      expect(decodeAll(kept).slice(0, -1)).toEqual(own.slice(0, Math.max(1, entriesLeft)));
      again.close();
    }
  });
  it('is opened by one server at a time, and says so to a second', () => {
    const store = openStore(directory);
    expect(() => openStore(directory)).toThrow('used by another Vantage server');
    store.close();
    openStore(directory).close();
  });
});

describe('run ids', () => {
  it('sort by time and match what the wire takes', () => {
    const ids = [1, 1000, 1_763_800_000_000].map((time) => ulid(time));
    expect([...ids].sort()).toEqual(ids);
    for (const id of ids) expect(id).toMatch(recordIdPattern);
  });
});
