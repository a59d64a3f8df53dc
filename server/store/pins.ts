/** What is kept whatever the limits say, by whom, and what was asked for lately. Only a decision of somebody keeps a record; taking others away is left to `retention.ts`. */
import type { DatabaseSync } from 'node:sqlite';

/** How many records are kept: the limits on ended runs, on their age, and on the bytes of all their files. */
export type Retention = { readonly runs: number; readonly days: number; readonly bytes: number };

/** After a report of a record was asked for, it is among the last to be taken away for so many days. */
export const askedDays = 30;
const askedNotedMs = 3_600_000;

/** Of the limits on runs and on bytes, what is kept may take half: the rest is for what is to come. */
const keptShare = 0.5;

/** A run that is kept, by itself or in a set. */
export const KEPT = `pinned = 1 OR run IN (
  SELECT members.run FROM members JOIN sets ON sets.id = members.id WHERE sets.pinned = 1)`;

export type Kept = { readonly runs: number; readonly bytes: number };
export type KeptRecord = {
  readonly id: string;
  readonly kind: 'run' | 'set';
  readonly title: string;
  readonly runs: number;
  readonly bytes: number;
  /** Empty for what was kept before this was written down. */
  readonly by: string;
  readonly at: string;
};
export type AskedRecord = { readonly id: string; readonly kind: 'run' | 'set'; readonly at: string };

export type KeepResult =
  | { readonly done: true }
  | { readonly done: false; readonly why: 'gone' | 'running' | 'full'; readonly message: string };

export type Pins = {
  /** All runs that are kept. */
  total(): Kept;
  /** Newest first. */
  list(): readonly KeptRecord[];
  /** Whose reports were asked for since then; the latest first. */
  asked(since: string): readonly AskedRecord[];
  /** Why these runs cannot be kept as well; nothing when they can. */
  full(runs: readonly string[], limits: Retention): string | undefined;
  keep(id: string, mark: { readonly by: string; readonly at: Date }, limits: Retention): KeepResult;
  /** The limits hold for it again. False when there is no such record. */
  release(id: string): boolean;
  /** A report of it, which carries its address, was asked for. Noted once an hour. */
  noteAsked(id: string, at: Date): void;
};

const tables = [
  { kind: 'run', table: 'runs', key: 'run' },
  { kind: 'set', table: 'sets', key: 'id' },
] as const;

export function openPins(database: DatabaseSync): Pins {
  const kept = (runs: readonly string[]): Kept => {
    const row = database
      .prepare(
        `SELECT count(*) AS runs, total(bytes) AS bytes FROM runs WHERE ${KEPT} OR run IN (SELECT value FROM json_each(?))`,
      )
      .get(JSON.stringify(runs));
    return { runs: Number(row?.['runs']), bytes: Number(row?.['bytes']) };
  };
  const update = (set: string, where: string, values: readonly string[]): boolean =>
    tables
      .map(({ table, key }) => {
        const { changes } = database
          .prepare(`UPDATE ${table} SET ${set} WHERE ${key} = ? ${where}`)
          .run(...values);
        return Number(changes) > 0;
      })
      .includes(true);
  const runsOf = (id: string) =>
    database
      .prepare(
        'SELECT run, state, pinned FROM runs WHERE run = ? OR run IN (SELECT run FROM members WHERE id = ?)',
      )
      .all(id, id);
  const full: Pins['full'] = (runs, limits) => {
    const now = kept([]);
    const then = kept(runs);
    const most = { runs: limits.runs * keptShare, bytes: limits.bytes * keptShare };
    if (then.runs <= most.runs && then.bytes <= most.bytes) return undefined;
    return `What is kept may take half of the limits of this server (${Math.floor(most.runs)} runs, ${mib(most.bytes)} MiB). ${now.runs} runs with ${mib(now.bytes)} MiB are kept, and with this it would be ${then.runs} with ${mib(then.bytes)} MiB. Let another record go first, or ask whoever runs this server: \`vantage store\` lists what is kept.`;
  };
  return {
    total: () => kept([]),
    list: () =>
      database
        .prepare(
          `SELECT 'run' AS kind, run AS id, title, 1 AS runs, bytes, kept_by, kept_at FROM runs WHERE pinned = 1
           UNION ALL
           SELECT 'set', id, title, (SELECT count(*) FROM members JOIN runs ON runs.run = members.run WHERE members.id = sets.id),
             (SELECT total(bytes) FROM members JOIN runs ON runs.run = members.run WHERE members.id = sets.id), kept_by, kept_at
           FROM sets WHERE pinned = 1 ORDER BY id DESC`,
        )
        .all()
        .map((row) => ({
          ...{
            id: String(row['id']),
            kind: row['kind'] === 'set' ? 'set' : 'run',
            title: String(row['title']),
          },
          ...{ runs: Number(row['runs']), bytes: Number(row['bytes']) },
          ...{ by: String(row['kept_by']), at: String(row['kept_at']) },
        })),
    asked: (since) =>
      database
        .prepare(
          `SELECT 'run' AS kind, run AS id, asked_at FROM runs WHERE asked_at >= ?
           UNION ALL SELECT 'set', id, asked_at FROM sets WHERE asked_at >= ? ORDER BY asked_at DESC`,
        )
        .all(since, since)
        .map((row) => ({
          ...{
            id: String(row['id']),
            kind: row['kind'] === 'set' ? 'set' : 'run',
            at: String(row['asked_at']),
          },
        })),
    full,
    keep(id, { by, at }, limits) {
      const runs = runsOf(id);
      if (runs.length === 0)
        return {
          done: false,
          why: 'gone',
          message: `There is no record ${id} here any more, so it cannot be kept.`,
        };
      if (runs.some(({ state }) => state !== 'ended'))
        return { done: false, why: 'running', message: 'It has not ended. Keep it when it has.' };
      const message = full(
        runs.map(({ run }) => String(run)),
        limits,
      );
      if (message !== undefined) return { done: false, why: 'full', message };
      // Who kept it first, and when, stays.
      update('pinned = 1, kept_by = ?, kept_at = ?', 'AND pinned = 0', [by, at.toISOString(), id]);
      return { done: true };
    },
    release: (id) => update("pinned = 0, kept_by = '', kept_at = ''", '', [id]),
    noteAsked(id, at) {
      const before = new Date(at.getTime() - askedNotedMs).toISOString();
      update('asked_at = ?', 'AND asked_at < ?', [at.toISOString(), id, before]);
    },
  };
}

const mib = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);
