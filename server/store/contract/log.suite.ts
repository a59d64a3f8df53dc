/** The log of a run, its end, and what an earlier server left: what every store promises of them. Not a test by itself. */
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Entry } from '../../../src/core/run/entry.ts';
import { decodeAll, encodeParts } from '../../../src/core/protocol/codec.ts';
import { inconclusive } from '../../../src/core/run/judgement.ts';
import type { RunLog } from '../contract.ts';
import { framedLength, readFrames } from '../frames.ts';
import {
  entriesOf,
  headerOf,
  type OpenPlace,
  putLarge,
  putRun,
  summaryOf,
  type TestStore,
} from '../testing.ts';

export function logContract(open: OpenPlace): void {
  let place: TestStore;
  beforeEach(async () => {
    place = await open();
  });
  afterEach(() => place.close());

  const made = { day: 1 };
  const header = headerOf(made);
  const { run } = header;
  const summary = summaryOf(header, made);
  const entries = entriesOf(header, summary, 'one\n');
  const now = () => new Date('2026-11-22T01:00:00Z');
  const append = (log: RunLog, some: readonly Entry[]) => {
    for (const entry of some) log.append(...encodeParts(entry));
    return log;
  };
  /** Everything from a position on, a batch at a time. */
  const read = async (id: string, from = 0, bytes = 1 << 20): Promise<Entry[]> => {
    const found: Entry[] = [];
    for (let position = from; ;) {
      const batch = await place.store.read(id, position, bytes);
      if (batch.entries.length === 0) return found;
      found.push(...decodeAll(batch.entries));
      position = batch.next;
    }
  };

  describe('the log of a run', () => {
    it('is there while it grows, and after the store was opened anew', async () => {
      const log = append(place.store.create(header), entries.slice(0, 3));
      expect(await read(run)).toEqual(entries.slice(0, 3));
      await append(log, entries.slice(3)).seal(summary);
      for (const _ of ['before', 'after']) {
        expect(await place.store.latest('w')).toEqual([summary]);
        expect(await read(run)).toEqual(entries);
        expect(await place.store.size(run)).toBe(
          entries.reduce((size, entry) => size + framedLength(encodeParts(entry)), 0),
        );
        const copy = join(tmpdir(), `${run}-${process.pid}.log`);
        await place.store.copyLog(run, copy);
        expect(decodeAll(readFrames(readFileSync(copy)).entries)).toEqual(entries);
        rmSync(copy);
        await place.reopen();
      }
      const unknown = '01ARZ3NDEKTSV4RRFFQ69G5FAW';
      expect([await place.store.summary(unknown), await place.store.size(unknown)]).toEqual([undefined, 0]);
    });
    it('is read from any number on, in batches, with an entry that is larger than one alone', async () => {
      const id = await putLarge(place.store, 3_000_000);
      await place.reopen();
      const all = await read(id);
      expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index));
      expect(await read(id, 0, 1024)).toEqual(all);
      const from = all.length - 3;
      const position = await place.store.seek(id, from);
      expect((await read(id, position))[0]?.seq).toBeLessThanOrEqual(from);
      expect((await read(id, position)).slice(-3)).toEqual(all.slice(-3));
      const largest = await place.store.read(id, (await place.store.read(id, 0, 300)).next, 10);
      expect(largest.entries).toHaveLength(1);
      // Readers at one place share one message.
      expect(await place.store.read(id, 0, 300)).toBe(await place.store.read(id, 0, 300));
    });
    it('is cut where it was given up, and the index says that it is no evidence', async () => {
      const log = place.store.create(header);
      const keep = append(log, entries.slice(0, 2)).append(...encodeParts(entries[2] as Entry));
      append(log, entries.slice(3)).abandon(keep);
      const problem = { kind: 'not-recorded', message: 'The disk is full.' } as const;
      const lost = { ...summary, judgement: inconclusive(problem, summary.judgement) };
      place.store.recordFailure(lost);
      await place.reopen();
      expect(await place.store.recover(now)).toEqual([]);
      expect(await place.store.summary(run)).toEqual(lost);
      expect(await read(run)).toEqual(entries.slice(0, 3));
    });
  });

  describe('the newest runs', () => {
    it('are the last ended one of each check, and a cancelled one hides nothing', async () => {
      await putRun(place.store, { day: 1 });
      const newest = await putRun(place.store, { day: 2 });
      await putRun(place.store, { day: 3, how: 'cancelled' });
      expect((await place.store.latest('w')).map((row) => row.run)).toEqual([newest]);
      expect(await place.store.latest('other')).toEqual([]);
    });
  });

  describe('what an earlier server left unfinished', () => {
    it('is interrupted, and what had arrived is kept', async () => {
      append(place.store.create(header), entries.slice(0, 3));
      await place.reopen();
      expect(await place.store.recover(now)).toEqual([{ run, check: 'c', how: 'interrupted' }]);
      const judgement = { verdict: 'inconclusive', problem: { kind: 'interrupted' } };
      expect(await place.store.latest('w')).toMatchObject([{ run, how: 'interrupted', judgement }]);
      const kept = await read(run);
      expect(kept.slice(0, 3)).toEqual(entries.slice(0, 3));
      expect(kept.slice(3)).toMatchObject([{ seq: 3, body: { kind: 'closed', how: 'interrupted' } }]);
      expect(await place.store.recover(now)).toEqual([]);
      expect(await place.store.history.total()).toEqual({ runs: 1, bytes: expect.any(Number) });
    });
    it('has its verdict if its log came to the end, and is interrupted if it had not begun', async () => {
      append(place.store.create(header), entries);
      const waited = headerOf({ day: 2 });
      place.store.accept(waited);
      await place.reopen();
      expect(await place.store.recover(now)).toEqual([
        { run, check: 'c', how: 'finished' },
        { run: waited.run, check: 'c', how: 'interrupted' },
      ]);
      expect(await place.store.summary(run)).toMatchObject({ how: 'finished', judgement: summary.judgement });
      expect(await read(waited.run)).toMatchObject([{ body: waited }, { body: { how: 'interrupted' } }]);
    });
  });
}
