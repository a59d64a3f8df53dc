import { copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../../src/core/run/record.ts';
import { assembleRun, findRecord } from './assembleRecord.ts';
import { indexOf, logOf, openReading, logReading } from './reading.ts';
import { openQueries } from './queries.ts';
import { sqliteSql } from './sql.ts';
import type { Store } from './contract.ts';
import { openStore } from './store.ts';
import { headerOf, putRun, putSet, summaryOf, type TestFolder, testStore } from './testing.ts';

let place: TestFolder;
let store: Store;
let run = '';
let other = '';
let path = '';
let database: DatabaseSync;
beforeAll(async () => {
  place = testStore();
  store = place.store;
  run = await putRun(store, { day: 0, output: 'what came back\n' });
  other = await putRun(store, { day: 1 });
  database = new DatabaseSync(indexOf(place.directory), { readOnly: true });
  path = logOf(place.directory, run);
  copyFileSync(path, `${path}.whole`);
});
afterAll(() => {
  database.close();
  place.close();
});

/** What a page would show of a run whose file is as it is now: read by a store that remembers nothing. */
const seen = (id: string) =>
  assembleRun({ ...openQueries(sqliteSql(database)), ...logReading(place.directory, new Map()) }, id, 1024);
const restore = () => copyFileSync(`${path}.whole`, path);

describe('a record whose file was harmed', { timeout: 60_000 }, () => {
  it('is undamaged before', async () => {
    const record = await seen(run);
    expect(record?.damage).toBeUndefined();
    expect(record?.view).toMatchObject({ state: 'finished', judgement: { verdict: 'agrees' } });
  });
  it('cut at any byte shows what is before, is marked, and never throws', async () => {
    const whole = readFileSync(path);
    let shown = 0;
    for (let length = 0; length < whole.length; length += 1) {
      restore();
      truncateSync(path, length);
      const record = await seen(run);
      if (record === undefined) continue;
      shown += 1;
      expect(record.damage, `cut at ${length}`).toMatch(/cut or changed at byte|ends before the run did/);
      // The output is there whole, or not at all.
      const output = record.output.get('s');
      if (output) expect(textOf(output, 'both')).toBe('what came back\n');
      expect(record.view.judgement?.verdict).toBe('agrees');
    }
    restore();
    expect(shown).toBeGreaterThan(whole.length / 3);
  });
  it('with any byte changed shows only what was written, is marked, and others load', async () => {
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0x20;
      writeFileSync(path, changed);
      const record = await seen(run);
      if (record === undefined) continue;
      expect(record.damage, `changed at ${at}`).toBeDefined();
      const output = record.output.get('s');
      if (output) expect(textOf(output, 'both')).toBe('what came back\n');
    }
    expect((await seen(other))?.damage).toBeUndefined();
    restore();
  });
  it('harms no set that it is in: the others of it are shown', async () => {
    const set = await putSet(store, 3, [run, other]);
    rmSync(path);
    const found = await findRecord(store, new Map(), set, 1024);
    expect(found.found === 'record' && found.record.runs.map(({ view }) => view.header.run)).toEqual([other]);
    restore();
  });
});

describe('a run that could not be recorded', () => {
  it('keeps its beginning, marked, with the problem in place of a verdict', async () => {
    const made = { day: 5, verdict: 'inconclusive' } as const;
    const header = headerOf(made);
    const log = store.create(header);
    log.abandon();
    log.abandon();
    const problem = { kind: 'not-recorded', message: 'The disk is full.' } as const;
    const summary = summaryOf(header, made);
    store.recordFailure({ ...summary, judgement: { ...summary.judgement, problem } });
    expect(await store.summary(header.run)).toMatchObject({ state: 'ended', judgement: { problem } });
    // Not even its header was written: there is nothing to show, and nothing throws.
    expect((await findRecord(store, new Map(), header.run, 1024)).found).toBe('nothing');
  });
});

describe('the index', () => {
  it('of another version is refused in a sentence, and not changed', () => {
    const elsewhere = testStore();
    elsewhere.store.close();
    const file = indexOf(elsewhere.directory);
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    const before = readFileSync(file);
    const sentence = /written by another version of Vantage \(99; this one reads \d+\).*--data DIRECTORY/;
    expect(() => openStore(elsewhere.directory)).toThrow(sentence);
    expect(() => openReading(elsewhere.directory)).toThrow(sentence);
    expect(readFileSync(file).equals(before)).toBe(true);
    rmSync(elsewhere.directory, { recursive: true });
  });
});
