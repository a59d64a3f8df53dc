/** The tables of the index: no change without a new version, and every earlier version is brought up to this one. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod/mini';
import { assembleRun } from './assembleRecord.ts';
import { indexOf, openReading } from './reading.ts';
import { openIndex, schemaOf, version } from './schema.ts';
import { openStore } from './store.ts';

/**
 * Of each version, a hash of its tables. A test that fails here says that a table was changed: leave what is there, add a migration,
 * and add its hash. A line that stands here is never changed: folders of that version are in use.
 */
const hashes = ['8f96c6dc85b9e928', 'fef5a36e0dde0c19', '8911b8e06a0c94a6'];

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vantage-schema-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const sqlOf = (database: DatabaseSync) =>
  database
    .prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name')
    .all()
    .map(({ type, name, sql }) => `${type} ${name} ${sql}`);
const hashOf = (lines: readonly string[]) =>
  createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);

/** A data folder as another commit left it. */
const fixture = (name: string): string => {
  const text = readFileSync(`${import.meta.dirname}/${name}`, 'utf8');
  const { files } = z.object({ files: z.record(z.string(), z.string()) }).parse(JSON.parse(text));
  mkdirSync(join(directory, 'runs'), { mode: 0o700 });
  for (const [file, packed] of Object.entries(files))
    writeFileSync(join(directory, file), gunzipSync(Buffer.from(packed, 'base64')), { mode: 0o600 });
  return directory;
};

it('each version of the tables is what it was', () => {
  const made = Array.from({ length: version }, (_, at) => {
    const database = new DatabaseSync(':memory:');
    database.exec(schemaOf(at + 1));
    return hashOf(sqlOf(database));
  });
  expect(made).toEqual(hashes);
});

it('a folder that commit a101584 wrote is brought up to date, and holds what it held', async () => {
  const store = openStore(fixture('written-by-a101584.json'));
  expect((await store.recover(() => new Date())).map(({ how }) => how)).toEqual(['interrupted']);
  const rows = await store.history.list({}, 10);
  expect(rows.map(({ summary, pinned }) => [summary.judgement.verdict, summary.how, pinned])).toEqual([
    ['inconclusive', 'interrupted', false],
    ['differs', 'finished', false],
    ['agrees', 'finished', true],
  ]);
  // What a download had marked for ever counts as asked for now, and the limits hold for it.
  const [, linked, pinned] = rows.map(({ summary }) => summary.run);
  expect((await store.keeping.list()).map(({ id }) => id)).toEqual([pinned]);
  expect((await store.keeping.asked('2026')).map(({ id }) => id)).toEqual([linked]);
  expect((await store.sets.list(undefined, 10)).map(({ members }) => members.length)).toEqual([2]);
  for (const { summary } of rows)
    expect((await assembleRun(store, summary.run, 1024))?.damage).toBeUndefined();
  for await (const _ of store.retain({ runs: 0, days: 1e6, bytes: 0 }, new Date()));
  expect((await store.history.list({}, 10)).map(({ summary }) => summary.run)).toEqual([pinned]);
  store.close();
  const [migrated, fresh] = [openIndex(indexOf(directory), {}), openIndex(join(directory, 'new.sqlite'), {})];
  expect(sqlOf(migrated)).toEqual(sqlOf(fresh));
  expect(migrated.prepare('PRAGMA user_version').get()).toEqual({ user_version: version });
  migrated.close();
  fresh.close();
});

it('an earlier version is brought up in one step or not at all, and who only reads says what to do', () => {
  const file = indexOf(fixture('written-by-a101584.json'));
  const versionNow = () => {
    const database = new DatabaseSync(file);
    const { user_version: found } = database.prepare('PRAGMA user_version').get() ?? {};
    const columns = database.prepare("SELECT count(*) AS n FROM pragma_table_info('runs')").get()?.['n'];
    database.close();
    return [found, columns];
  };
  const before = versionNow();
  const add = 'ALTER TABLE runs ADD COLUMN one INTEGER NOT NULL DEFAULT 0;';
  expect(() => openIndex(file, {}, [add, 'ALTER TABLE nowhere ADD COLUMN two;', 'SELECT 1;'])).toThrow(
    'cannot be read: no such',
  );
  expect(versionNow()).toEqual(before);
  expect(() => openIndex(file, { readOnly: true }, [add, 'SELECT 1;', 'SELECT 1;'])).toThrow(
    'is of an earlier version of Vantage (1; this one reads 4). Nothing was changed. Start the server once',
  );
  openIndex(file, {}, [add, 'SELECT 1;', 'SELECT 1;']).close();
  expect(versionNow()).toEqual([4, Number(before[1]) + 1]);
  expect(() => openReading(directory)).toThrow('written by another version of Vantage (4;');
});
