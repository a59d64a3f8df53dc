/** The row of a run that has not ended, in the index. Ending it is left to `store.ts`. */
import type { DatabaseSync } from 'node:sqlite';
import type { RunHeader } from '../../src/core/run/run.ts';

/** Puts the row of a run into the index, or brings one up to date that waited for its turn. The row holds the header until the run ends. */
export function prepareRow(database: DatabaseSync): (header: RunHeader) => void {
  const put = database.prepare(
    `INSERT INTO runs (run, writeup, check_id, title, roles, fleet, started_at, source, condition, state, verdict, how, bytes, summary)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', '', '', 0, ?)
     ON CONFLICT (run) DO UPDATE SET started_at = excluded.started_at, condition = excluded.condition, summary = excluded.summary
       WHERE state = 'running'`,
  );
  return (header) => {
    const { run, writeup, check, title, fleet, startedAt, source, condition } = header;
    const roles = `,${[...new Set(header.steps.map(({ role }) => role))].join(',')},`;
    const columns = [run, writeup, check, title, roles, fleet, startedAt, source, condition];
    put.run(...columns, JSON.stringify(header));
  };
}
