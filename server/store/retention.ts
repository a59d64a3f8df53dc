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

/** Removes what is over the limits, oldest first. Returns the ids of the removed runs. What is kept counts, but is never removed. */
export function retain(
  database: DatabaseSync,
  fileOf: (run: string) => string,
  limits: Retention,
  now: Date,
): readonly string[] {
  const totals = database
    .prepare("SELECT count(*) AS runs, coalesce(sum(bytes), 0) AS bytes FROM runs WHERE state = 'ended'")
    .get();
  let [runs, bytes] = [Number(totals?.['runs']), Number(totals?.['bytes'])];
  const oldest = new Date(now.getTime() - limits.days * 86_400_000).toISOString();
  const removable = database.prepare(
    `SELECT run, bytes, started_at FROM runs WHERE state = 'ended' AND NOT (${KEPT}) ORDER BY run`,
  );
  const removed: string[] = [];
  for (const row of removable.iterate()) {
    if (runs <= limits.runs && bytes <= limits.bytes && String(row['started_at']) >= oldest) break;
    removed.push(String(row['run']));
    runs -= 1;
    bytes -= Number(row['bytes']);
  }
  for (const run of removed) {
    database.prepare('INSERT OR IGNORE INTO removed (id, at) VALUES (?, ?)').run(run, now.toISOString());
    database.prepare('DELETE FROM runs WHERE run = ?').run(run);
    rmSync(fileOf(run), { force: true });
  }
  if (removed.length > 0) {
    const empty = `SELECT id FROM sets WHERE pinned = 0 AND linked = 0 AND NOT EXISTS (
      SELECT 1 FROM members JOIN runs ON runs.run = members.run WHERE members.id = sets.id)`;
    database
      .prepare(`INSERT OR IGNORE INTO removed (id, at) SELECT id, ? FROM sets WHERE id IN (${empty})`)
      .run(now.toISOString());
    database.exec(
      `DELETE FROM members WHERE id IN (${empty}); DELETE FROM sets WHERE id IN (SELECT id FROM removed)`,
    );
  }
  return removed;
}
