/** What is kept: by somebody, with a name and a time, within half of the limits. And an index of version 1, in which a download had kept records for ever. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { indexOf, openReading } from './reading.ts';
import { openStore } from './store.ts';
import { firstDay, headerOf, putRun, putSet, type TestStore, testStore } from './testing.ts';

let place: TestStore;
beforeEach(() => {
  place = testStore();
});
afterEach(() => place.close());

const at = new Date(firstDay);
const limits = { runs: 8, days: 365, bytes: 1e9 };
const keep = (id: string, own = limits) => place.store.keeping.keep(id, { by: 'Ada', at }, own);

describe('what is kept', () => {
  it('has a name and a time, and is let go again', async () => {
    const run = await putRun(place.store, { day: 1 });
    const set = putSet(place.store, 2, [run]);
    expect([keep(run), keep(set)]).toEqual([{ done: true }, { done: true }]);
    place.store.keeping.keep(run, { by: 'Bob', at: new Date(firstDay + 1) }, limits);
    expect(place.store.keeping.list()).toMatchObject([
      { id: set, kind: 'set', runs: 1, by: 'Ada', at: at.toISOString() },
      { id: run, kind: 'run', title: 'A check', by: 'Ada', at: at.toISOString() },
    ]);
    expect(place.store.keeping.total().runs).toBe(1);
    for (const id of [run, set]) expect(place.store.keeping.release(id)).toBe(true);
    expect([place.store.keeping.list(), place.store.keeping.total().runs]).toEqual([[], 0]);
  });
  it('is at most half of the limits on runs and on bytes; beyond it says what is kept and what to do', async () => {
    const runs: string[] = [];
    for (const day of [1, 2, 3, 4, 5]) runs.push(await putRun(place.store, { day, output: 'x'.repeat(1e5) }));
    const [first = '', ...others] = runs;
    for (const run of others) expect(keep(run)).toEqual({ done: true });
    expect(keep(first)).toMatchObject({
      ...{ done: false, why: 'full' },
      say: expect.stringMatching(
        /half of the limits of this server \(4 runs.*4 runs with 0\.4 MiB are kept.*5 with 0\.5 MiB/,
      ),
    });
    expect(keep(putSet(place.store, 6, runs))).toMatchObject({ why: 'full' });
    place.store.keeping.release(others[0] ?? '');
    expect(keep(first, { ...limits, bytes: 7e5 })).toMatchObject({ why: 'full' });
    expect(keep(first)).toEqual({ done: true });
  });
  it('has ended: of a run that goes on nobody knows how large it becomes', () => {
    const header = headerOf({ day: 3 });
    place.store.create(header).abandon();
    expect(keep(header.run)).toMatchObject({ why: 'running' });
    expect(keep(putSet(place.store, 4, [header.run]))).toMatchObject({ why: 'running' });
    expect(keep('01ARZ3NDEKTSV4RRFFQ69G5FAV')).toMatchObject({ why: 'gone' });
  });
});

/** As commit a101584 made them. */
const versionOne = `
  CREATE TABLE runs (
    run TEXT PRIMARY KEY, writeup TEXT NOT NULL, check_id TEXT NOT NULL, title TEXT NOT NULL,
    vantages TEXT NOT NULL, fleet TEXT NOT NULL, started_at TEXT NOT NULL, provenance TEXT NOT NULL, condition TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'ended')),
    verdict TEXT NOT NULL, how TEXT NOT NULL, bytes INTEGER NOT NULL,
    pinned INTEGER NOT NULL DEFAULT 0, linked INTEGER NOT NULL DEFAULT 0, summary TEXT NOT NULL
  ) STRICT;
  CREATE INDEX runs_by_check ON runs (writeup, check_id, state, run DESC);
  CREATE INDEX runs_newest ON runs (writeup, state, check_id, condition, how, run);
  CREATE INDEX runs_by_state ON runs (state, run DESC);
  CREATE TABLE sets (
    id TEXT PRIMARY KEY, writeup TEXT NOT NULL, title TEXT NOT NULL, note TEXT NOT NULL, by_whom TEXT NOT NULL,
    started_at TEXT NOT NULL, pinned INTEGER NOT NULL DEFAULT 0, linked INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX sets_by_writeup ON sets (writeup, id DESC);
  CREATE TABLE members (
    id TEXT NOT NULL, run TEXT NOT NULL, check_id TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (id, run)
  ) STRICT;
  CREATE INDEX members_by_run ON members (run);
  CREATE TABLE removed (id TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT;
  INSERT INTO runs VALUES ('pinned', 'w', 'c', 't', ',backend,', 'lab', '2026-11-01', 'lab', '', 'ended', 'agrees', 'finished', 9, 1, 0, '{}');
  INSERT INTO runs VALUES ('linked', 'w', 'c', 't', ',backend,', 'lab', '2026-11-01', 'lab', '', 'ended', 'agrees', 'finished', 9, 0, 1, '{}');
  INSERT INTO sets VALUES ('set', 'w', 't', '', 'Ada', '2026-11-01', 0, 1);
  PRAGMA user_version = 1;`;

describe('[6 Store] an index of version 1', () => {
  it('is brought up to date when a server opens it: pins stay, and what downloads had kept counts as asked for', () => {
    const directory = mkdtempSync(join(tmpdir(), 'vantage-version-1-'));
    try {
      const database = new DatabaseSync(indexOf(directory));
      database.exec(`PRAGMA journal_mode = WAL; ${versionOne}`);
      database.close();
      // Reading alone changes nothing, and says what to do.
      expect(() => openReading(directory)).toThrow(/earlier version .*Start the server once/);
      const store = openStore(directory);
      const { total, list, asked } = store.keeping;
      expect([total().runs, list().map(({ id }) => id)]).toEqual([1, ['pinned']]);
      expect(
        asked('2026')
          .map(({ id }) => id)
          .sort(),
      ).toEqual(['linked', 'set']);
      for (const _ of store.retain({ runs: 0, days: 1e6, bytes: 0 }, new Date()));
      expect([store.removedAt('linked') !== undefined, store.pinned('pinned')]).toEqual([true, true]);
      store.close();
      openStore(directory).close();
      openReading(directory).close();
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
