/** What brings an index of an earlier version up to date: element n leads from version n + 1 to n + 2. Never changed, only added to. */
import { oldNames } from '../../src/core/protocol/codec.ts';

/** Who keeps a record and since when, and when a report of it was last asked for. What a download had marked for ever counts as asked for now. */
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

export const migrations: readonly string[] = [keptAndAsked.join(''), inTodaysNames];
