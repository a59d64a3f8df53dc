/** Pinned records: kept whatever the limits say, by whom, and which reports were asked for lately. */
import { mib } from '../files/diskSpace.ts';
import { idAndKind } from './history.ts';
import { placesFor, type Sql, totalOf } from './sql.ts';

/** How many records are kept: the limits on ended runs, on their age, and on the bytes of all their files. */
export type Retention = { readonly runs: number; readonly days: number; readonly bytes: number };

/** For this long after its report was asked for, a record is among the last to be removed. */
export const askedDays = 30;
const askedNotedMs = 3_600_000;

/** Pinned runs may take this part of the limits; the rest is for new runs. */
const keptShare = 0.5;

/** SQL: a run that is pinned, by itself or in a set. */
export const KEPT = `pinned = 1 OR run IN (
  SELECT members.run FROM members JOIN sets ON sets.id = members.id WHERE sets.pinned = 1)`;

type KeepResult =
  | { readonly done: true }
  | { readonly done: false; readonly why: 'gone' | 'running' | 'full'; readonly message: string };

export type Pins = ReturnType<typeof openPins>;

const tables = [
  { kind: 'run', table: 'runs', key: 'run' },
  { kind: 'set', table: 'sets', key: 'id' },
] as const;

export function openPins(sql: Sql) {
  const kept = (runs: readonly string[]) =>
    totalOf(sql, runs.length === 0 ? KEPT : `${KEPT} OR run IN (${placesFor(runs)})`, ...runs);
  const update = async (set: string, where: string, values: readonly string[]): Promise<boolean> => {
    const changes = await sql.change(
      ...tables.map(
        ({ table, key }) => [`UPDATE ${table} SET ${set} WHERE ${key} = ? ${where}`, ...values] as const,
      ),
    );
    return changes.some((rows) => rows > 0);
  };
  /** A sentence when these runs cannot be pinned as well. */
  const full = async (runs: readonly string[], limits: Retention): Promise<string | undefined> => {
    const [now, then] = await Promise.all([kept([]), kept(runs)]);
    const most = { runs: limits.runs * keptShare, bytes: limits.bytes * keptShare };
    if (then.runs <= most.runs && then.bytes <= most.bytes) return undefined;
    return `Pinned runs may take half of the limits of this server (${Math.floor(most.runs)} runs, ${mib(most.bytes)} MiB). ${now.runs} runs with ${mib(now.bytes)} MiB are pinned; with this it would be ${then.runs} with ${mib(then.bytes)} MiB. Unpin another record first, or ask the operator of this server: \`vantage store\` lists what is pinned.`;
  };
  return {
    total: () => kept([]),
    /** Newest first. */
    list: async () =>
      (
        await sql.all(
          `SELECT 'run' AS kind, run AS id, title, 1 AS runs, bytes, kept_by, kept_at FROM runs WHERE pinned = 1
           UNION ALL
           SELECT 'set', id, title, (SELECT count(*) FROM members JOIN runs ON runs.run = members.run WHERE members.id = sets.id),
             (SELECT coalesce(sum(bytes), 0) FROM members JOIN runs ON runs.run = members.run WHERE members.id = sets.id), kept_by, kept_at
           FROM sets WHERE pinned = 1 ORDER BY id DESC`,
        )
      ).map((row) => ({
        ...idAndKind(row),
        ...{ title: String(row['title']), runs: Number(row['runs']), bytes: Number(row['bytes']) },
        // Both are empty in records from before version 2 of the index.
        ...{ by: String(row['kept_by']), at: String(row['kept_at']) },
      })),
    /** Records whose reports were asked for since then, the latest first. */
    asked: async (since: string) =>
      (
        await sql.all(
          `SELECT 'run' AS kind, run AS id, asked_at FROM runs WHERE asked_at >= ?
           UNION ALL SELECT 'set', id, asked_at FROM sets WHERE asked_at >= ? ORDER BY asked_at DESC`,
          ...[since, since],
        )
      ).map((row) => ({ ...idAndKind(row), at: String(row['asked_at']) })),
    full,
    async keep(
      id: string,
      { by, at }: { readonly by: string; readonly at: Date },
      limits: Retention,
    ): Promise<KeepResult> {
      const runs = await sql.all(
        'SELECT run, state FROM runs WHERE run = ? OR run IN (SELECT run FROM members WHERE id = ?)',
        ...[id, id],
      );
      const not = (why: 'gone' | 'running' | 'full', message: string) =>
        ({ done: false, why, message }) as const;
      if (runs.length === 0)
        return not('gone', `There is no record ${id} here any more, so it cannot be kept.`);
      if (runs.some(({ state }) => state !== 'ended'))
        return not('running', 'It has not ended. Keep it when it has.');
      const ids = runs.map(({ run }) => String(run));
      const message = await full(ids, limits);
      if (message !== undefined) return not('full', message);
      // Who kept it first, and when, stays.
      await update('pinned = 1, kept_by = ?, kept_at = ?', 'AND pinned = 0', [by, at.toISOString(), id]);
      return { done: true };
    },
    /** Unpins it. False when there is no such record. */
    release: (id: string) => update("pinned = 0, kept_by = '', kept_at = ''", '', [id]),
    /** Notes, once an hour, that a report of it was asked for. */
    async noteAsked(id: string, at: Date) {
      const before = new Date(at.getTime() - askedNotedMs).toISOString();
      await update('asked_at = ?', 'AND asked_at < ?', [at.toISOString(), id, before]);
    },
  };
}
