/** Removes the oldest records over the limits. Those whose reports were asked for lately go last; pinned runs, and runs in pinned sets, stay. */
import { rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { askedDays, KEPT, type Retention } from './pins.ts';
import { totalOf, transaction } from './schema.ts';

/** What was asked for lately takes at most this part of the limits, so that asking for everything does not push out new runs. */
const askedShare = 0.25;

/** Removed at each step: some ten milliseconds of work. */
const runsAtOnce = 100;

/** Yields how many runs each step removed. Pinned runs count towards the limits, but are never removed. */
export function* applyRetention(
  database: DatabaseSync,
  fileOf: (run: string) => string,
  limits: Retention,
  now: Date,
): Generator<number, void, void> {
  let { runs, bytes } = totalOf(database, "state = 'ended'");
  const oldest = daysBefore(now, limits.days);
  const removable = database.prepare(
    `SELECT run, bytes, started_at FROM runs WHERE state = 'ended' AND run > ? AND NOT (${KEPT}) ORDER BY run LIMIT ?`,
  );
  const none: ReadonlySet<string> = new Set();
  for (const last of [askedFor(database, limits, now), none]) {
    for (let passed = '', isEnd = false; !isEnd;) {
      const removed: string[] = [];
      const rows = removable.all(passed, runsAtOnce);
      isEnd = rows.length < runsAtOnce;
      for (const row of rows) {
        const isOld = String(row['started_at']) < oldest;
        if (runs <= limits.runs && bytes <= limits.bytes && !isOld) {
          isEnd = true;
          break;
        }
        passed = String(row['run']);
        if (last.has(passed) && !isOld) continue;
        removed.push(passed);
        runs -= 1;
        bytes -= Number(row['bytes']);
      }
      if (removed.length > 0) forget(database, removed, now.toISOString());
      // The index first: a file without a row wastes space, a row without a file would be an unreadable record.
      for (const run of removed) rmSync(fileOf(run), { force: true });
      if (removed.length > 0 || !isEnd) yield removed.length;
    }
  }
}

const daysBefore = (now: Date, days: number): string =>
  new Date(now.getTime() - days * 86_400_000).toISOString();

/** Runs that were asked for lately, by themselves or in a set: the latest of them, as many as have room in their share. */
function askedFor(database: DatabaseSync, limits: Retention, now: Date): ReadonlySet<string> {
  const since = daysBefore(now, askedDays);
  const rows = database
    .prepare(
      `SELECT run, bytes, max(asked_at, coalesce((
         SELECT max(sets.asked_at) FROM sets JOIN members ON members.id = sets.id WHERE members.run = runs.run), '')) AS asked
       FROM runs WHERE state = 'ended' AND NOT (${KEPT}) AND (asked_at >= ? OR run IN (
         SELECT members.run FROM members JOIN sets ON sets.id = members.id WHERE sets.asked_at >= ?))
       ORDER BY asked DESC LIMIT ?`,
    )
    .all(since, since, Math.floor(limits.runs * askedShare));
  let bytes = 0;
  return new Set(
    rows.flatMap((row) => {
      bytes += Number(row['bytes']);
      return bytes <= limits.bytes * askedShare ? [String(row['run'])] : [];
    }),
  );
}

/** Replaces the row of each run by a note in the index, and that of each set that has no run left. */
function forget(database: DatabaseSync, runs: readonly string[], at: string): void {
  const gone = database.prepare('INSERT OR IGNORE INTO removed (id, at) VALUES (?, ?)');
  const remove = database.prepare('DELETE FROM runs WHERE run = ?');
  const sets = database.prepare('SELECT DISTINCT id FROM members WHERE run = ?');
  const isEmpty = database.prepare(
    `SELECT 1 FROM sets WHERE id = ? AND pinned = 0 AND NOT EXISTS (
       SELECT 1 FROM members JOIN runs ON runs.run = members.run WHERE members.id = sets.id)`,
  );
  const removeSet = [
    database.prepare('DELETE FROM members WHERE id = ?'),
    database.prepare('DELETE FROM sets WHERE id = ?'),
  ];
  transaction(database, () => {
    for (const run of runs) {
      gone.run(run, at);
      remove.run(run);
    }
    for (const id of new Set(runs.flatMap((run) => sets.all(run).map((row) => String(row['id']))))) {
      if (isEmpty.get(id) === undefined) continue;
      gone.run(id, at);
      for (const statement of removeSet) statement.run(id);
    }
  });
}
