/** Questions about many records: the filtered list, and each check's verdicts over time. What one record holds is left to `store.ts`. */
import type { DatabaseSync } from 'node:sqlite';
import { type Summary, summarySchema } from '../../src/core/protocol/down.ts';
import type { Provenance, Verdict } from '../../src/core/vocabulary.ts';

type Ended = Extract<Summary, { state: 'ended' }>;

export type HistoryFilter = {
  readonly writeup?: string;
  readonly check?: string;
  /** A role: records with a step on it. */
  readonly vantage?: string;
  readonly verdict?: Verdict;
  readonly provenance?: Provenance;
  readonly condition?: string;
  /** UTC, ISO 8601; a day alone works too. From `since` on, before `until`. */
  readonly since?: string;
  readonly until?: string;
  /** The id of the last record of the page before. */
  readonly before?: string;
};

export type HistoryRow = {
  readonly summary: Ended;
  readonly writeup: string;
  readonly title: string;
  readonly vantages: readonly string[];
  readonly bytes: number;
  readonly pinned: boolean;
};

export type History = {
  /** Newest first, at most `limit`. */
  list(filter: HistoryFilter, limit: number): readonly HistoryRow[];
  count(filter: HistoryFilter): number;
  /** The last `length` records of each check that the filter leaves, oldest first; checks in the order of their names. */
  strips(filter: HistoryFilter, length: number): readonly Strip[];
};

export type StripCell = {
  readonly run: string;
  readonly verdict: Verdict;
  readonly startedAt: string;
  readonly provenance: Provenance;
  readonly condition: string;
  readonly observed: string;
};
export type Strip = {
  readonly writeup: string;
  readonly check: string;
  readonly title: string;
  readonly cells: readonly StripCell[];
};

export function openHistory(database: DatabaseSync): History {
  const columns = 'run, writeup, check_id, title, vantages, bytes, pinned, summary';
  return {
    list(filter, limit) {
      const { where, values } = conditionsOf(filter);
      return database
        .prepare(`SELECT ${columns} FROM runs WHERE ${where} ORDER BY run DESC LIMIT ?`)
        .all(...values, limit)
        .flatMap((row) => {
          const summary = endedOf(row['summary']);
          if (!summary) return [];
          return {
            summary,
            writeup: String(row['writeup']),
            title: String(row['title']),
            vantages: String(row['vantages']).split(',').filter(Boolean),
            bytes: Number(row['bytes']),
            pinned: row['pinned'] === 1,
          };
        });
    },
    count(filter) {
      const { where, values } = conditionsOf(filter);
      return Number(database.prepare(`SELECT count(*) AS n FROM runs WHERE ${where}`).get(...values)?.['n']);
    },
    strips(filter, length) {
      const { where, values } = conditionsOf(filter);
      const rows = database
        .prepare(
          `SELECT writeup, check_id, title, summary FROM (
             SELECT *, row_number() OVER (PARTITION BY writeup, check_id ORDER BY run DESC) AS place FROM runs WHERE ${where}
           ) WHERE place <= ? ORDER BY writeup, check_id, run`,
        )
        .all(...values, length);
      const strips = new Map<string, { writeup: string; check: string; title: string; cells: StripCell[] }>();
      for (const row of rows) {
        const summary = endedOf(row['summary']);
        if (!summary) continue;
        const [writeup, check] = [String(row['writeup']), String(row['check_id'])];
        const own = strips.get(`${writeup}/${check}`) ?? { writeup, check, title: '', cells: [] };
        strips.set(`${writeup}/${check}`, own);
        own.title = String(row['title']);
        const { run, judgement, startedAt, provenance, condition } = summary;
        own.cells.push({
          ...{ run, verdict: judgement.verdict, startedAt, provenance, condition },
          observed: judgement.observed,
        });
      }
      return [...strips.values()];
    },
  };
}

function endedOf(text: unknown): Ended | undefined {
  const parsed = summarySchema.safeParse(JSON.parse(String(text)));
  return parsed.success && parsed.data.state === 'ended' ? parsed.data : undefined;
}

function conditionsOf(filter: HistoryFilter): { readonly where: string; readonly values: string[] } {
  const parts: readonly (readonly [string, string | undefined])[] = [
    ['writeup = ?', filter.writeup],
    ['check_id = ?', filter.check],
    ['instr(vantages, ?) > 0', filter.vantage === undefined ? undefined : `,${filter.vantage},`],
    ['verdict = ?', filter.verdict],
    ['provenance = ?', filter.provenance],
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
