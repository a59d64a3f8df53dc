/** Takes the oldest records away when there are too many, too old or too large ones. A pinned or linked one, and every member of such a set, stays. */
import { rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

export type Retention = {
  /** At most so many ended runs. */
  readonly runs: number;
  readonly days: number;
  /** Of all files of runs together. */
  readonly bytes: number;
};

const KEPT = `pinned = 1 OR linked = 1 OR run IN (
  SELECT members.run FROM members JOIN sets ON sets.id = members.id WHERE sets.pinned = 1 OR sets.linked = 1)`;

/** So many are taken away between two turns of others: some ten milliseconds of work. */
const runsAtOnce = 100;

/** Removes what is over the limits, oldest first, some at each step; gives how many. What is kept counts, but is never removed. */
export function* retain(
  database: DatabaseSync,
  fileOf: (run: string) => string,
  limits: Retention,
  now: Date,
): Generator<number, void, void> {
  const totals = database
    .prepare("SELECT count(*) AS runs, coalesce(sum(bytes), 0) AS bytes FROM runs WHERE state = 'ended'")
    .get();
  let [runs, bytes] = [Number(totals?.['runs']), Number(totals?.['bytes'])];
  const oldest = new Date(now.getTime() - limits.days * 86_400_000).toISOString();
  const removable = database.prepare(
    `SELECT run, bytes, started_at FROM runs WHERE state = 'ended' AND NOT (${KEPT}) ORDER BY run LIMIT ?`,
  );
  for (;;) {
    const removed: string[] = [];
    for (const row of removable.all(runsAtOnce)) {
      if (runs <= limits.runs && bytes <= limits.bytes && String(row['started_at']) >= oldest) break;
      removed.push(String(row['run']));
      runs -= 1;
      bytes -= Number(row['bytes']);
    }
    if (removed.length === 0) return;
    forget(database, removed, now.toISOString());
    // The index first: a file without a row is lost room, a row without a file would be a record that cannot be read.
    for (const run of removed) rmSync(fileOf(run), { force: true });
    yield removed.length;
  }
}

/** Leaves a note of each run in the index instead of the run, and of each set that has no run left. */
function forget(database: DatabaseSync, runs: readonly string[], at: string): void {
  const gone = database.prepare('INSERT OR IGNORE INTO removed (id, at) VALUES (?, ?)');
  const remove = database.prepare('DELETE FROM runs WHERE run = ?');
  const sets = database.prepare('SELECT DISTINCT id FROM members WHERE run = ?');
  const isEmpty = database.prepare(
    `SELECT 1 FROM sets WHERE id = ? AND pinned = 0 AND linked = 0 AND NOT EXISTS (
       SELECT 1 FROM members JOIN runs ON runs.run = members.run WHERE members.id = sets.id)`,
  );
  const removeSet = [
    database.prepare('DELETE FROM members WHERE id = ?'),
    database.prepare('DELETE FROM sets WHERE id = ?'),
  ];
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const run of runs) {
      gone.run(run, at);
      remove.run(run);
    }
    for (const id of new Set(runs.flatMap((run) => sets.all(run).map((row) => String(row['id']))))) {
      if (isEmpty.get(id) === undefined) continue;
      gone.run(id, at);
      for (const statement of removeSet) statement.run(id);
    }
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
