/** An index that is missing, or that lost its newest rows, is made anew from the files of the runs. Damaged indexes are left to `hostile-index.test.ts`. */
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultRetention } from '../config/config.ts';
import { encodeEntry } from '../../src/core/protocol/codec.ts';
import { logOf } from './reading.ts';
import { rebuiltSentence } from './rebuild.ts';
import { type FileStore, openStore } from './store.ts';
import { entriesOf, headerOf, putRun, putSet, summaryOf, stepsOf } from './testing.ts';

let parent = '';
const at = (name: string) => join(parent, name);
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'vantage-rebuild-'));
});
afterEach(() => rmSync(parent, { recursive: true }));

const now = () => new Date('2026-11-22T01:00:00Z');
/** As a server starts. */
const started = async (directory: string) => {
  const store = openStore(directory);
  const recovered = await store.recover(now);
  return { store, recovered, message: rebuiltSentence(store.rebuilt) };
};
const kept = async (store: FileStore) =>
  (await store.history.list({}, 100)).map(({ summary, title, roles, bytes }) => ({
    ...{ run: summary.run, how: summary.how, verdict: summary.judgement.verdict, by: summary.by },
    ...{ startedAt: summary.startedAt, endedAt: summary.endedAt, title, roles, bytes },
  }));
/** Copies a store that is open, without a file: as it lies there when the power goes, and that file with it. */
const lost = (name: string, lacking: readonly string[]): string => {
  cpSync(at('data'), at(name), { recursive: true, mode: 0 });
  for (const file of ['lock.sqlite-journal', ...lacking]) rmSync(join(at(name), file), { force: true });
  return at(name);
};
const allOfIt = ['index.sqlite', 'index.sqlite-wal', 'index.sqlite-shm'];

describe('[R2] an index', () => {
  it.each([
    ['is missing', allOfIt, 'held no run: it is made anew from the 4 files'],
    ['lost only its -wal', ['index.sqlite-wal', 'index.sqlite-shm'], 'lacked 2 runs'],
  ])('that %s is made anew, says so, and shows what was kept', async (_, lacking, message) => {
    const early = openStore(at('data'));
    const first = await putRun(early, { day: 0 });
    await putRun(early, { day: 1, verdict: 'differs', observed: '1', how: 'cancelled' });
    // Closed in good order: what comes from now on is in the -wal only.
    early.close();
    const store = openStore(at('data'));
    await store.keeping.keep(first, { by: 'ada', at: new Date() }, defaultRetention);
    await putRun(store, { day: 2, header: { check: 'd' } });
    const header = headerOf({ day: 3 });
    const log = store.create(header);
    for (const entry of entriesOf(header, summaryOf(header, { day: 3 }), 'one\n').slice(0, -2))
      log.append(encodeEntry(entry));
    const before = await kept(store);
    const after = await started(lost('copy', lacking));
    store.close();
    expect(after.message).toContain(message);
    expect(after.message).toMatch(/[Ss]ets.* pins.* lost/);
    expect((await kept(after.store)).slice(1)).toEqual(before);
    expect((await kept(after.store))[0]).toMatchObject({
      run: header.run,
      how: 'interrupted',
      verdict: 'inconclusive',
    });
    // Of those that had their end long ago nothing new is told.
    expect(after.recovered).toEqual([{ run: header.run, check: 'c', how: 'interrupted' }]);
    after.store.close();
    const again = await started(at('copy'));
    expect([again.message, again.recovered]).toEqual([undefined, []]);
    expect((await kept(again.store)).length).toBe(4);
    again.store.close();
  });

  it('that is missing takes no pin away: nothing is removed for being old before somebody says so', async () => {
    const store = openStore(at('data'));
    const runs = [await putRun(store, { day: 0 }), await putRun(store, { day: 1 })];
    await store.keeping.keep(runs[0] ?? '', { by: 'ada', at: new Date() }, defaultRetention);
    store.close();
    const after = (await started(lost('copy', allOfIt))).store;
    const limits = { runs: 1, days: 1, bytes: 1 };
    expect(await stepsOf(after.retain(limits, now()))).toEqual([]);
    expect((await kept(after)).length).toBe(2);
    await after.keeping.release(runs[1] ?? '');
    expect(await stepsOf(after.retain(limits, now()))).toEqual([1]);
    expect((await kept(after)).map(({ run }) => run)).toEqual([runs[0]]);
    after.close();
  });

  it('does not bring back what was removed, and leaves and counts what it cannot read', async () => {
    const store = openStore(at('data'));
    const [old, stays] = [await putRun(store, { day: 0 }), await putRun(store, { day: 1 })];
    const file = readFileSync(logOf(at('data'), old));
    expect(await stepsOf(store.retain({ runs: 1, days: 9999, bytes: 1e9 }, now()))).toEqual([1]);
    store.close();
    // Killed between the row and the file.
    writeFileSync(logOf(at('data'), old), file, { mode: 0o600 });
    const cut = headerOf({ day: 2 }).run;
    const named = headerOf({ day: 3 }).run;
    writeFileSync(logOf(at('data'), cut), file);
    truncateSync(logOf(at('data'), cut), 20);
    writeFileSync(logOf(at('data'), named), file);
    writeFileSync(join(at('data'), 'runs', 'notes.txt'), 'mine');
    const after = await started(at('data'));
    expect(after.message).toMatch(/^2 files in runs\/ are in no index and cannot be read: they were left/);
    expect((await kept(after.store)).map(({ run }) => run)).toEqual([stays]);
    expect(await after.store.removedAt(old)).toBeDefined();
    after.store.close();
    expect(existsSync(logOf(at('data'), old))).toBe(false);
    expect(readdirSync(join(at('data'), 'runs')).sort()).toEqual(
      [`${stays}.log`, `${cut}.log`, `${named}.log`, 'notes.txt'].sort(),
    );
  });

  it('that lost a set keeps its runs', async () => {
    const store = openStore(at('data'));
    const run = await putRun(store, { day: 0 });
    await putSet(store, 0, [run], true);
    store.close();
    const after = (await started(lost('copy', allOfIt))).store;
    expect([await after.sets.list(undefined, 10), (await kept(after)).length]).toEqual([[], 1]);
    after.close();
  });
});
