/** Removes the oldest records over the limits. Those whose reports were asked for lately go last; pinned runs, and runs in pinned sets, stay. */
import { askedDays, KEPT, type Retention } from './pins.ts';
import { placesFor, type Sql, totalOf } from './sql.ts';

/** What was asked for lately takes at most this part of the limits, so that asking for everything does not push out new runs. */
const askedShare = 0.25;

/** Removed at each step: some ten milliseconds of work. */
const runsAtOnce = 100;

/** Yields how many runs each step removed. Pinned runs count towards the limits, but are never removed. `removeLogs`: of runs that are in the index no more. */
export async function* applyRetention(
  sql: Sql,
  removeLogs: (runs: readonly string[]) => void,
  limits: Retention,
  now: Date,
): AsyncGenerator<number, void, void> {
  let { runs, bytes } = await totalOf(sql, "state = 'ended'");
  const oldest = daysBefore(now, limits.days);
  const removable = `SELECT run, bytes, started_at FROM runs WHERE state = 'ended' AND run > ? AND NOT (${KEPT}) ORDER BY run LIMIT ?`;
  const none: ReadonlySet<string> = new Set();
  for (const last of [await askedFor(sql, limits, now), none]) {
    for (let passed = '', isEnd = false; !isEnd;) {
      const removed: string[] = [];
      const rows = await sql.all(removable, passed, runsAtOnce);
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
      // The index first: a log without a row wastes space, a row without a log would be an unreadable record.
      if (removed.length > 0) removeLogs(await forget(sql, removed, now.toISOString()));
      if (removed.length > 0 || !isEnd) yield removed.length;
    }
  }
}

const daysBefore = (now: Date, days: number): string =>
  new Date(now.getTime() - days * 86_400_000).toISOString();

/** Runs that were asked for lately, by themselves or in a set: the latest of them, as many as have room in their share. */
async function askedFor(sql: Sql, limits: Retention, now: Date): Promise<ReadonlySet<string>> {
  const since = daysBefore(now, askedDays);
  const rows = await sql.all(
    `SELECT run, bytes, (SELECT max(at) FROM (SELECT runs.asked_at AS at UNION ALL
       SELECT sets.asked_at FROM sets JOIN members ON members.id = sets.id WHERE members.run = runs.run) AS times) AS asked
     FROM runs WHERE state = 'ended' AND NOT (${KEPT}) AND (asked_at >= ? OR run IN (
       SELECT members.run FROM members JOIN sets ON sets.id = members.id WHERE sets.asked_at >= ?))
     ORDER BY asked DESC LIMIT ?`,
    ...[since, since, Math.floor(limits.runs * askedShare)],
  );
  let bytes = 0;
  return new Set(
    rows.flatMap((row) => {
      bytes += Number(row['bytes']);
      return bytes <= limits.bytes * askedShare ? [String(row['run'])] : [];
    }),
  );
}

/** Replaces the row of each run by a note in the index, and that of each set that has no run left. Resolves with the runs that are gone: one that was pinned in the meantime stays. */
async function forget(sql: Sql, runs: readonly string[], at: string): Promise<readonly string[]> {
  const these = `run IN (${placesFor(runs)})`;
  const unkept = `FROM runs WHERE ${these} AND NOT (${KEPT})`;
  const empty = `FROM sets WHERE pinned = 0 AND id IN (SELECT id FROM members WHERE ${these}) AND NOT EXISTS (
    SELECT 1 FROM members JOIN runs ON runs.run = members.run WHERE members.id = sets.id)`;
  const note = (id: string, from: string) =>
    `INSERT INTO removed (id, at) SELECT ${id}, CAST(? AS TEXT) ${from} ON CONFLICT DO NOTHING`;
  await sql.change(
    [note('run', unkept), at, ...runs],
    [`DELETE ${unkept}`, ...runs],
    [note('id', empty), at, ...runs],
    [`DELETE ${empty}`, ...runs],
    [
      `DELETE FROM members WHERE ${these} AND NOT EXISTS (SELECT 1 FROM sets WHERE sets.id = members.id)`,
      ...runs,
    ],
  );
  const left = new Set((await sql.all(`SELECT run FROM runs WHERE ${these}`, ...runs)).map(({ run }) => run));
  return runs.filter((run) => !left.has(run));
}
