/** Questions about many records: the filtered list, and each check's verdicts over time. */
import { type EndedRun, type Summary, summarySchema } from '../../src/core/protocol/down.ts';
import type { HistoryWish } from '../../src/core/report/html/historyForm.ts';
import type { Strip, StripCell } from '../../src/core/report/html/historyStrip.ts';
import { resultSourceSchema, verdictSchema } from '../../src/core/vocabulary.ts';
import { placesFor, type Sql, totalOf } from './sql.ts';

/** The filter of a reader, and where a page of the list begins. `role`: records with a step on it. */
export type HistoryFilter = HistoryWish & {
  /** The id of the last record of the page before. */
  readonly before?: string;
};

export type HistoryRow = {
  readonly summary: EndedRun;
  readonly writeup: string;
  readonly title: string;
  readonly roles: readonly string[];
  readonly bytes: number;
  readonly pinned: boolean;
};

export type History = ReturnType<typeof openHistory>;

export function openHistory(sql: Sql) {
  const columns = 'run, writeup, check_id, title, roles, bytes, pinned, summary';
  return {
    /** Newest first, at most `limit`. */
    async list(filter: HistoryFilter, limit: number): Promise<readonly HistoryRow[]> {
      const { where, values } = conditionsOf(filter);
      const text = `SELECT ${columns} FROM runs WHERE ${where} ORDER BY run DESC LIMIT ?`;
      const rows = await sql.all(text, ...values, limit);
      return rows.flatMap((row) => rowOf(row) ?? []);
    },
    /** Those of these runs that have ended, in no order: one question, since each has its way to the database and back. */
    async rows(runs: readonly string[]): Promise<readonly HistoryRow[]> {
      if (runs.length === 0) return [];
      const text = `SELECT ${columns} FROM runs WHERE run IN (${placesFor(runs)}) AND state = 'ended'`;
      return (await sql.all(text, ...runs)).flatMap((row) => rowOf(row) ?? []);
    },
    async count(filter: HistoryFilter): Promise<number> {
      const { where, values } = conditionsOf(filter);
      // Without the bytes, which no index has.
      const [row] = await sql.all(`SELECT count(*) AS n FROM runs WHERE ${where}`, ...values);
      return Number(row?.['n']);
    },
    /** All that is kept. */
    total: () => totalOf(sql, "state = 'ended'"),
    /** Sets, and runs in no set; newest first, at most `limit`. A set is listed when the filter leaves at least one of its runs. */
    async items({ before, ...filter }: HistoryFilter, limit: number) {
      const { where, values } = conditionsOf(filter);
      const older = before === undefined ? [] : [before];
      const olderThan = (column: string) => (before === undefined ? '' : `AND ${column} < ?`);
      // Each part is cut by itself: PostgreSQL would read and sort all of both.
      const rows = await sql.all(
        `SELECT id, kind FROM (
             SELECT run AS id, 'run' AS kind FROM runs WHERE ${where} ${olderThan('run')}
             AND NOT EXISTS (SELECT 1 FROM members WHERE members.run = runs.run) ORDER BY run DESC LIMIT ?) AS alone
           UNION ALL
           SELECT id, kind FROM (SELECT id, 'set' AS kind FROM sets WHERE EXISTS (
             SELECT 1 FROM runs WHERE run IN (SELECT members.run FROM members WHERE members.id = sets.id) AND ${where}) ${olderThan('id')}
             ORDER BY id DESC LIMIT ?) AS together
           ORDER BY id DESC LIMIT ?`,
        ...[...values, ...older, limit, ...values, ...older, limit, limit],
      );
      return rows.map(idAndKind);
    },
    /** The last `length` records of each check in each place, oldest first. Of a check with many places, the newest records only. */
    async strips(filter: HistoryFilter, length: number): Promise<readonly Strip[]> {
      const { where, values } = conditionsOf(filter);
      const newest = `SELECT run, title, verdict, started_at, source, condition, ${sql.observed.column} AS observed
         FROM runs WHERE writeup = ? AND check_id = ? AND ${where} ORDER BY run DESC LIMIT ?`;
      const known = await sql.all('SELECT DISTINCT writeup, check_id FROM runs ORDER BY writeup, check_id');
      const strips = known
        .map((row) => ({ writeup: String(row['writeup']), check: String(row['check_id']) }))
        .filter(({ writeup }) => filter.writeup === undefined || filter.writeup === writeup)
        .filter(({ check }) => filter.check === undefined || filter.check === check)
        .map(async ({ writeup, check }) => {
          const rows = await sql.all(newest, writeup, check, ...values, length * placesLooked);
          return inPlaces(rows, { writeup, check }, length, sql.observed.read);
        });
      return (await Promise.all(strips)).flat();
    },
  };
}

/** Of a record that is a run or a set. */
export const idAndKind = (row: Record<string, unknown>) =>
  ({ id: String(row['id']), kind: row['kind'] === 'set' ? 'set' : 'run' }) as const;

const placesLooked = 3;

/** Rows of one check, newest first, as a strip for each place. */
function inPlaces(
  rows: readonly Record<string, unknown>[],
  of: { readonly writeup: string; readonly check: string },
  length: number,
  observedOf: (value: unknown) => string,
): Strip[] {
  const strips = new Map<string, Strip & { readonly cells: StripCell[] }>();
  for (const row of rows) {
    const source = resultSourceSchema.safeParse(row['source']);
    const verdict = verdictSchema.safeParse(row['verdict']);
    if (!source.success || !verdict.success) continue;
    const condition = String(row['condition']);
    const place = `${source.data} ${condition}`;
    const own = strips.get(place) ?? {
      ...of,
      title: String(row['title']),
      source: source.data,
      condition,
      cells: [],
    };
    strips.set(place, own);
    if (own.cells.length < length)
      own.cells.push({
        run: String(row['run']),
        verdict: verdict.data,
        startedAt: String(row['started_at']),
        observed: observedOf(row['observed']),
      });
  }
  for (const { cells } of strips.values()) cells.reverse();
  return [...strips.keys()].sort().flatMap((place) => strips.get(place) ?? []);
}

function rowOf(row: Record<string, unknown>): HistoryRow | undefined {
  const summary = summaryOfText(row['summary']);
  if (summary?.state !== 'ended') return undefined;
  return {
    summary,
    writeup: String(row['writeup']),
    title: String(row['title']),
    roles: String(row['roles']).split(',').filter(Boolean),
    bytes: Number(row['bytes']),
    pinned: row['pinned'] === 1,
  };
}

/** The summary of a run from the index. Nothing when it cannot be read: one changed row must not hide the others. */
export function summaryOfText(text: unknown): Summary | undefined {
  try {
    const read = summarySchema.safeParse(JSON.parse(String(text)));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

function conditionsOf(filter: HistoryFilter): { readonly where: string; readonly values: string[] } {
  const parts: readonly (readonly [string, string | undefined])[] = [
    ['writeup = ?', filter.writeup],
    ['check_id = ?', filter.check],
    ["replace(roles, ?, '') <> roles", filter.role === undefined ? undefined : `,${filter.role},`],
    ['verdict = ?', filter.verdict],
    ['source = ?', filter.source],
    ['condition = ?', filter.condition],
    ['started_at >= ?', filter.since],
    ['started_at < ?', filter.until],
    ['run < ?', filter.before],
  ];
  const used = parts.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
  return {
    where: ["state = 'ended'", ...used.map(({ sql }) => sql)].join(' AND '),
    values: used.map(({ value }) => value),
  };
}
