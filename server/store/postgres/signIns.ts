/** Keeps in PostgreSQL what servers share of signing in. */
import { randomBytes } from 'node:crypto';
import type { SharedSignIns } from '../../identity/sharedSignIns.ts';
import type { Row } from '../sql.ts';
import type { Database } from './database.ts';
import { namesLock } from './schema.ts';

const columns = `key, read_key, person, name, basis, extract(epoch FROM clock_timestamp() - since) * 1000 AS age,
  extract(epoch FROM clock_timestamp() - seen) * 1000 AS idle`;
const isOver = `seen <= clock_timestamp() - ?::float8 * interval '1 ms' OR since <= clock_timestamp() - ?::float8 * interval '1 ms'`;

export function openSignIns({
  query,
  change,
  transaction,
  fault,
  session: { news },
}: Database): SharedSignIns {
  let key: Promise<Uint8Array> | undefined;
  const readKey = async (): Promise<Uint8Array> => {
    await change([
      "INSERT INTO secrets (name, value) VALUES ('sign-in', ?) ON CONFLICT DO NOTHING",
      randomBytes(32),
    ]);
    const { rows } = await query("SELECT value FROM secrets WHERE name = 'sign-in'");
    const value = rows[0]?.['value'];
    if (!(value instanceof Buffer)) throw new Error('expected the key for signing in');
    return value;
  };
  return {
    async open(session, { idleMs, absoluteMs }, decide) {
      const { id, name, basis } = session;
      const opened = await transaction(async (ask) => {
        await ask(`SELECT pg_advisory_xact_lock(${namesLock})`);
        await ask(`DELETE FROM sessions WHERE ${isOver}`, [idleMs, absoluteMs]);
        const { rows: own } = await ask('SELECT key FROM sessions WHERE person = ? ORDER BY seen', [id]);
        const { rows: alike } = await ask(
          'SELECT DISTINCT name FROM sessions WHERE person <> ? AND starts_with(name, ?)',
          [id, name],
        );
        const { rows: counted } = await ask('SELECT count(*) AS total FROM sessions');
        const place = decide({
          total: Number(counted[0]?.['total']),
          own: own.map((row) => String(row['key'])),
          names: new Set(alike.map((row) => String(row['name']))),
        });
        if (place === undefined) return undefined;
        if (place.ends !== undefined) await ask('DELETE FROM sessions WHERE key = ?', [place.ends]);
        await ask('INSERT INTO sessions (key, read_key, person, name, basis) VALUES (?, ?, ?, ?, ?)', [
          session.key,
          session.readKey,
          id,
          place.name,
          JSON.stringify(basis),
        ]);
        return place;
      });
      if (opened?.ends !== undefined) news.send({ kind: 'signed-out', session: opened.ends });
      return opened;
    },
    async find(keys) {
      const known = fault();
      // A reader is told at once, and does not wait until a connection fails.
      if (known !== undefined) throw new Error(known);
      const found = await query(
        `SELECT ${columns} FROM sessions WHERE key = ANY(?::text[]) OR read_key = ANY(?::text[])`,
        [keys, keys],
      );
      return found.rows.map(sessionOf);
    },
    async touch(keys) {
      if (keys.length === 0) return;
      await query('UPDATE sessions SET seen = clock_timestamp() WHERE key = ANY(?::text[])', [keys]);
    },
    async end(one) {
      await change(['DELETE FROM sessions WHERE key = ?', one]);
      news.send({ kind: 'signed-out', session: one });
    },
    listen: ({ ended, again }) =>
      news.listen({ heard: (message) => message.kind === 'signed-out' && ended(message.session), again }),
    key() {
      key ??= readKey();
      key.catch(() => {
        key = undefined;
      });
      return key;
    },
    async useOnce(state, forSeconds) {
      const [, added] = await change(
        ['DELETE FROM used_states WHERE until < clock_timestamp()'],
        [
          "INSERT INTO used_states (state, until) VALUES (?, clock_timestamp() + ?::float8 * interval '1 s') ON CONFLICT DO NOTHING",
          ...[state, forSeconds],
        ],
      );
      return added === 1;
    },
  };
}

const sessionOf = (row: Row) => {
  const basis: unknown = JSON.parse(String(row['basis']));
  return {
    ...{ key: String(row['key']), readKey: String(row['read_key']) },
    ...{ id: String(row['person']), name: String(row['name']) },
    basis: Array.isArray(basis) ? basis.map(String) : [],
    ...{ ageMs: Number(row['age']), idleMs: Number(row['idle']) },
  };
};
