/** Numbers of readers and claims of presenters, decided by PostgreSQL for all servers. */
import { createHash } from 'node:crypto';
import type { SharedReaders } from '../contract.ts';
import type { Database } from './database.ts';
import { namesLock, presentLock } from './schema.ts';

export function openReaders({
  transaction,
  session,
}: Pick<Database, 'transaction' | 'session'>): SharedReaders {
  /** For the session whose lock it is: another one has none. */
  const held = new Map<string, object | undefined>();
  return {
    numberOf: (reader) =>
      transaction(async (ask) => {
        // Who has the key of a page could come back as its reader.
        const key = createHash('sha256').update(reader).digest('base64');
        await ask(`SELECT pg_advisory_xact_lock(${namesLock})`);
        await ask("DELETE FROM guests WHERE at < clock_timestamp() - interval '7 days'");
        await ask(
          'INSERT INTO guests (reader, number) SELECT ?, coalesce(max(number), 0) + 1 FROM guests ON CONFLICT (reader) DO UPDATE SET at = clock_timestamp()',
          [key],
        );
        const { rows } = await ask('SELECT number FROM guests WHERE reader = ?', [key]);
        return Number(rows[0]?.['number']);
      }),
    async claim(writeup) {
      const current = session.current();
      if (current !== undefined && held.get(writeup) === current) return true;
      const text = 'SELECT pg_try_advisory_lock($1, hashtext($2)) AS got';
      const [row] = await session.query(text, [presentLock, writeup]);
      if (row?.['got'] !== true) return false;
      held.set(writeup, session.current());
      return true;
    },
    async release(writeup) {
      const current = session.current();
      const isHeld = current !== undefined && held.get(writeup) === current;
      held.delete(writeup);
      // It went with the session that had it.
      if (!isHeld) return;
      await session.query('SELECT pg_advisory_unlock($1, hashtext($2))', [presentLock, writeup]);
    },
  };
}
