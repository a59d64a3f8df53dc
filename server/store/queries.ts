/** Questions to the index: the newest runs, one run, the history, sets and pins. The same for every engine. */
import type { Summary } from '../../src/core/protocol/down.ts';
import { openHistory, summaryOfText } from './history.ts';
import { openPins } from './pins.ts';
import { openSets } from './sets.ts';
import type { Sql } from './sql.ts';

export type Queries = ReturnType<typeof openQueries>;

export function openQueries(sql: Sql) {
  return {
    /** The newest ended run of each check of a writeup in each condition, oldest first; a cancelled one does not hide the one before it. */
    async latest(writeup: string): Promise<readonly Summary[]> {
      const rows = await sql.all(
        "SELECT summary FROM runs WHERE run IN (SELECT MAX(run) FROM runs WHERE writeup = ? AND state = 'ended' AND how <> 'cancelled' GROUP BY check_id, condition) ORDER BY run",
        writeup,
      );
      return rows.flatMap(({ summary }) => summaryOfText(summary) ?? []);
    },
    async summary(run: string): Promise<Summary | undefined> {
      const [row] = await sql.all('SELECT summary FROM runs WHERE run = ?', run);
      return row && summaryOfText(row['summary']);
    },
    /** Every run as its row has it, whether or not its summary can be read. */
    async rows() {
      const rows = await sql.all('SELECT run, state, verdict FROM runs ORDER BY run');
      return rows.map((row) => ({
        run: String(row['run']),
        state: row['state'] === 'running' ? ('running' as const) : ('ended' as const),
        verdict: String(row['verdict']),
      }));
    },
    history: openHistory(sql),
    sets: openSets(sql),
    keeping: openPins(sql),
    /** Whether a run is kept whatever the retention says. */
    async pinned(run: string): Promise<boolean> {
      const [row] = await sql.all('SELECT pinned FROM runs WHERE run = ?', run);
      return row?.['pinned'] === 1;
    },
    /** When the retention removed this record. */
    async removedAt(id: string): Promise<string | undefined> {
      const [row] = await sql.all('SELECT at FROM removed WHERE id = ?', id);
      return row && String(row['at']);
    },
  };
}
