/** The SQL that both engines understand, and how SQLite runs it. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { dropOldest } from '../identity/rateLimits.ts';
import { transaction } from './schema.ts';

export type SqlValue = string | number;
export type Row = Record<string, unknown>;
export type Statement = readonly [text: string, ...values: readonly SqlValue[]];

/** A database; `?` stands for a value. */
export type Sql = {
  all(text: string, ...values: readonly SqlValue[]): Promise<readonly Row[]>;
  /** Runs all of them or none. Resolves with how many rows each changed. */
  change(...statements: readonly Statement[]): Promise<readonly number[]>;
  /** What the summary in a row of `runs` observed, as a column and how to read it: each engine has its own JSON. */
  readonly observed: { readonly column: string; read(value: unknown): string };
};

const statementsKept = 100;

export function sqliteSql(database: DatabaseSync): Sql {
  const prepared = new Map<string, StatementSync>();
  const prepare = (text: string) => {
    const statement = prepared.get(text) ?? database.prepare(text);
    prepared.set(text, statement);
    dropOldest(prepared, () => prepared.size > statementsKept);
    return statement;
  };
  return {
    observed: { column: "summary ->> '$.judgement.observed'", read: (value) => String(value ?? '') },
    all: async (text, ...values) => prepare(text).all(...values),
    async change(...statements) {
      let counts: readonly number[] = [];
      transaction(database, () => {
        counts = statements.map(([text, ...values]) => Number(prepare(text).run(...values).changes));
      });
      return counts;
    },
  };
}

/** How many runs fit, and the bytes of their files together. */
export async function totalOf(sql: Sql, where: string, ...values: readonly SqlValue[]) {
  const [row] = await sql.all(
    `SELECT count(*) AS runs, coalesce(sum(bytes), 0) AS bytes FROM runs WHERE ${where}`,
    ...values,
  );
  return { runs: Number(row?.['runs']), bytes: Number(row?.['bytes']) };
}

/** `?, ?, ?` for so many values. */
export const placesFor = (values: readonly unknown[]): string => values.map(() => '?').join(', ');
