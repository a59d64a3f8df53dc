/** The index of the store: its tables, and how an index of an earlier version is brought up to date. */
import { lstatSync } from 'node:fs';
import { DatabaseSync, type DatabaseSyncOptions } from 'node:sqlite';
import { oldNames } from '../../src/core/protocol/codec.ts';
import { messageOf, sqliteCodeOf } from '../files/errors.ts';

/** The tables of version 1. They are never changed: what is to be different comes as a migration. */
const tables = `
  CREATE TABLE runs (
    run TEXT PRIMARY KEY, writeup TEXT NOT NULL, check_id TEXT NOT NULL, title TEXT NOT NULL,
    -- roles, each between two commas, so that one can be searched for
    vantages TEXT NOT NULL,
    fleet TEXT NOT NULL, started_at TEXT NOT NULL, provenance TEXT NOT NULL, condition TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'ended')),
    verdict TEXT NOT NULL, how TEXT NOT NULL, bytes INTEGER NOT NULL,
    pinned INTEGER NOT NULL DEFAULT 0, linked INTEGER NOT NULL DEFAULT 0,
    summary TEXT NOT NULL
  ) STRICT;
  CREATE INDEX runs_by_check ON runs (writeup, check_id, state, run DESC);
  -- every page that connects asks for the newest of each check in each condition
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
  -- what the retention took away, so that an old link says so
  CREATE TABLE removed (id TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT;`;

/** Who keeps a record and since when, and when a report of it was last asked for. An earlier download counts as asked for now. */
const keptAndAsked = ['runs', 'sets'].map(
  (table) => `
  ALTER TABLE ${table} ADD COLUMN asked_at TEXT NOT NULL DEFAULT '';
  ALTER TABLE ${table} ADD COLUMN kept_by TEXT NOT NULL DEFAULT '';
  ALTER TABLE ${table} ADD COLUMN kept_at TEXT NOT NULL DEFAULT '';
  UPDATE ${table} SET asked_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE linked = 1;
  ALTER TABLE ${table} DROP COLUMN linked;`,
);

const inTodaysNames = `
  ALTER TABLE runs RENAME COLUMN vantages TO roles;
  ALTER TABLE runs RENAME COLUMN provenance TO source;
  UPDATE runs SET summary = ${Object.entries(oldNames).reduce(
    (text, [old, name]) => `replace(${text}, '"${old}":', '"${name}":')`,
    'summary',
  )};`;

/** Element n leads from version n + 1 to n + 2. Never changed, only added to. */
export const migrations: readonly string[] = [keptAndAsked.join(''), inTodaysNames];
/** An index of an earlier version is brought up to this one; a later one is refused. */
export const version = 1 + migrations.length;

/** The SQL that makes the tables of a version. */
export const schemaOf = (wanted: number, steps: readonly string[] = migrations): string =>
  [tables, ...steps.slice(0, wanted - 1)].join('\n');

/** Opens the index, brought up to date by `steps`. Throws a sentence when what stands there is none; nothing of it is changed then. */
export function openIndex(
  file: string,
  options: DatabaseSyncOptions,
  steps: readonly string[] = migrations,
): DatabaseSync {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  const broken = (why: string) =>
    new Error(
      `The index of the records, ${file}, cannot be read: ${why}. Nothing was changed. Put it back from a backup, or move it and its -wal away, and it is made anew from the runs (without sets and pins), or choose another folder: npm start -- --data DIRECTORY`,
    );
  if (stat !== undefined && !stat.isFile()) throw broken('it is no ordinary file');
  const database = new DatabaseSync(file, options);
  try {
    prepare(database, file, steps);
    return database;
  } catch (error) {
    database.close();
    throw error instanceof OtherVersionError ? error : broken(messageOf(error));
  }
}

class OtherVersionError extends Error {}

/** https://www.sqlite.org/rescode.html */
const SQLITE_READONLY = 8;

/** Makes the tables in a new file, and those of an earlier version up to date. Throws a sentence when the file is of a version that this one cannot read. */
function prepare(database: DatabaseSync, file: string, migrations: readonly string[]): void {
  const version = 1 + migrations.length;
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;');
  const found = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  const empty = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'] === 0;
  if (found === version) return;
  if (found > version || (found < 1 && !empty))
    throw new OtherVersionError(
      `The index of the records, ${file}, was written by another version of Vantage (${found}; this one reads ${version}). Nothing was changed. Use that version, or another folder: npm start -- --data DIRECTORY`,
    );
  const steps = empty ? schemaOf(version, migrations) : migrations.slice(found - 1).join('\n');
  try {
    database.exec(`BEGIN IMMEDIATE; ${steps} PRAGMA user_version = ${version}; COMMIT`);
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    if (sqliteCodeOf(error) === SQLITE_READONLY && !empty)
      throw new OtherVersionError(
        `The index of the records, ${file}, is of an earlier version of Vantage (${found}; this one reads ${version}). Nothing was changed. Start the server once: it brings the index up to date.`,
      );
    throw error;
  }
}

/** Does `work` in one transaction: all of it is kept, or nothing. */
export function transaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
