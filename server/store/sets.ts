/** Sets of runs. */
import type { DatabaseSync } from 'node:sqlite';
import { transaction } from './schema.ts';
import type { RunSet } from '../../src/core/protocol/down.ts';

export type Sets = ReturnType<typeof openSets>;

export function openSets(database: DatabaseSync) {
  const one = database.prepare('SELECT * FROM sets WHERE id = ?');
  const membersOf = database.prepare('SELECT check_id, run FROM members WHERE id = ? ORDER BY place');
  const read = (row: Record<string, unknown>): RunSet => ({
    set: String(row['id']),
    writeup: String(row['writeup']),
    title: String(row['title']),
    note: String(row['note']),
    by: String(row['by_whom']),
    startedAt: String(row['started_at']),
    pinned: row['pinned'] === 1,
    members: membersOf
      .all(String(row['id']))
      .map(({ check_id, run }) => ({ check: String(check_id), run: String(run) })),
  });
  /** Newest first. */
  const list = (writeup: string | undefined, limit: number): readonly RunSet[] =>
    (writeup === undefined
      ? database.prepare('SELECT * FROM sets ORDER BY id DESC LIMIT ?').all(limit)
      : database.prepare('SELECT * FROM sets WHERE writeup = ? ORDER BY id DESC LIMIT ?').all(writeup, limit)
    ).map(read);
  return {
    /** Adds a set, or replaces the one with this id. */
    put(set: RunSet) {
      transaction(database, () => {
        database
          .prepare(
            'INSERT INTO sets (id, writeup, title, note, by_whom, started_at, pinned, kept_by, kept_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET title = excluded.title, note = excluded.note, pinned = excluded.pinned, kept_by = excluded.kept_by, kept_at = excluded.kept_at',
          )
          .run(
            ...[set.set, set.writeup, set.title, set.note, set.by, set.startedAt],
            ...(set.pinned ? [1, set.by, set.startedAt] : [0, '', '']),
          );
        database.prepare('DELETE FROM members WHERE id = ?').run(set.set);
        const insert = database.prepare('INSERT INTO members (id, run, check_id, place) VALUES (?, ?, ?, ?)');
        for (const [place, { run, check }] of set.members.entries()) insert.run(set.set, run, check, place);
      });
    },
    get(id: string) {
      const row = one.get(id);
      return row && read(row);
    },
    list,
    newest: (writeup: string) => list(writeup, 1)[0],
  };
}
