/** Sets of runs. */
import type { Row, Sql } from './sql.ts';
import type { RunSet } from '../../src/core/protocol/down.ts';

export type Sets = ReturnType<typeof openSets>;

export function openSets(sql: Sql) {
  const read = async (row: Row): Promise<RunSet> => ({
    set: String(row['id']),
    writeup: String(row['writeup']),
    title: String(row['title']),
    note: String(row['note']),
    by: String(row['by_whom']),
    startedAt: String(row['started_at']),
    pinned: row['pinned'] === 1,
    members: (
      await sql.all('SELECT check_id, run FROM members WHERE id = ? ORDER BY place', String(row['id']))
    ).map(({ check_id, run }) => ({ check: String(check_id), run: String(run) })),
  });
  /** Newest first. */
  const list = async (writeup: string | undefined, limit: number): Promise<readonly RunSet[]> => {
    const of = writeup === undefined ? [] : [writeup];
    const where = writeup === undefined ? '' : 'WHERE writeup = ?';
    const rows = await sql.all(`SELECT * FROM sets ${where} ORDER BY id DESC LIMIT ?`, ...of, limit);
    return Promise.all(rows.map(read));
  };
  return {
    /** Adds a set, or replaces the one with this id. */
    async put(set: RunSet) {
      await sql.change(
        [
          'INSERT INTO sets (id, writeup, title, note, by_whom, started_at, pinned, kept_by, kept_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET title = excluded.title, note = excluded.note, pinned = excluded.pinned, kept_by = excluded.kept_by, kept_at = excluded.kept_at',
          ...[set.set, set.writeup, set.title, set.note, set.by, set.startedAt],
          ...(set.pinned ? [1, set.by, set.startedAt] : [0, '', '']),
        ],
        ['DELETE FROM members WHERE id = ?', set.set],
        ...set.members.map(
          ({ run, check }, place) =>
            [
              'INSERT INTO members (id, run, check_id, place) VALUES (?, ?, ?, ?)',
              set.set,
              run,
              check,
              place,
            ] as const,
        ),
      );
    },
    async get(id: string) {
      const [row] = await sql.all('SELECT * FROM sets WHERE id = ?', id);
      return row && read(row);
    },
    list,
    newest: async (writeup: string) => (await list(writeup, 1))[0],
  };
}
