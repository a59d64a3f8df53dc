/** Numbers of readers and claims of presenters, decided by PostgreSQL for all servers. */
import { createHash } from 'node:crypto';
import { sharedTurn } from '../../files/queue.ts';
import type { SharedReaders } from '../contract.ts';
import type { Database } from './database.ts';
import { namesLock, presentLock } from './schema.ts';

type Ask = Parameters<Parameters<Database['transaction']>[0]>[0];

const numberGuests = `WITH keys AS (SELECT key, place FROM unnest(?::text[]) WITH ORDINALITY AS keys (key, place)),
  known AS (UPDATE guests SET at = clock_timestamp() WHERE reader IN (SELECT key FROM keys) RETURNING reader, number),
  added AS (
    INSERT INTO guests (reader, number)
    SELECT key, coalesce((SELECT max(number) FROM guests), 0) + row_number() OVER (ORDER BY place)
    FROM keys WHERE key NOT IN (SELECT reader FROM known) RETURNING reader, number)
  SELECT reader, number FROM known UNION ALL SELECT reader, number FROM added`;

/** `keys` are different from each other. One that came back has the number it had. */
async function numbersOf(ask: Ask, keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
  await ask(`SELECT pg_advisory_xact_lock(${namesLock})`);
  await ask("DELETE FROM guests WHERE at < clock_timestamp() - interval '7 days'");
  const { rows } = await ask(numberGuests, [keys]);
  return new Map(rows.map((row) => [String(row['reader']), Number(row['number'])]));
}

export function openReaders({
  transaction,
  session,
}: Pick<Database, 'transaction' | 'session'>): SharedReaders {
  /** For the session whose lock it is: another one has none. */
  const held = new Map<string, object | undefined>();
  const asked = new Map<string, Promise<number>>();
  let together: string[] = [];
  /** Pages that come together share one transaction: each alone would wait, with a connection, for all before it at all servers. */
  const numbers = sharedTurn(() => {
    const keys = together;
    together = [];
    return transaction((ask) => numbersOf(ask, keys));
  });
  const numberOf = async (key: string): Promise<number> => {
    together.push(key);
    const number = (await numbers()).get(key);
    if (number === undefined) throw new Error('expected the number of each reader that was asked for');
    return number;
  };
  return {
    numberOf(reader) {
      // Who has the key of a page could come back as its reader.
      const key = createHash('sha256').update(reader).digest('base64');
      const number = asked.get(key) ?? numberOf(key).finally(() => asked.delete(key));
      asked.set(key, number);
      return number;
    },
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
