import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { withPassword } from './address.ts';
import { copyOut } from './copyOut.ts';
import { hasPostgres, startPostgres, type TestPostgres } from './testing.ts';

describe.skipIf(!hasPostgres)('rows as bytes', () => {
  let postgres: TestPostgres;
  let pool: pg.Pool;
  beforeAll(async () => {
    postgres = await startPostgres();
    const password = readFileSync(postgres.passwordFile, 'utf8').trim();
    const connectionString = withPassword(postgres.address('postgres'), password);
    pool = new pg.Pool({ connectionString, query_timeout: 1000 });
    // A connection that dies has no other listener.
    pool.on('connect', (client) => client.on('error', () => {}));
    pool.on('error', () => {});
  }, 60_000);
  afterAll(async () => {
    await pool.end();
    await postgres.close();
  });
  const asked = async (question: string, meanwhile?: (client: pg.PoolClient) => void) => {
    const client = await pool.connect();
    const rows = copyOut(client, question);
    meanwhile?.(client);
    return rows.finally(() => client.release(true));
  };

  it('come in their order, of any size, none or empty too', async () => {
    expect(await asked('SELECT 1 WHERE false')).toEqual([]);
    const [row] = await asked("SELECT 258::bigint, ''::bytea, NULL::bytea, '\\xff00'::bytea");
    expect(row).toEqual([
      Buffer.from([0, 0, 0, 0, 0, 0, 1, 2]),
      Buffer.alloc(0),
      Buffer.alloc(0),
      Buffer.from([255, 0]),
    ]);
    const sizes = [1, 70_000, 300_000, 0, 3_000_000];
    const long = await asked(
      `SELECT decode(repeat('ab', size), 'hex') FROM unnest('{${sizes.join(',')}}'::int[]) WITH ORDINALITY AS one(size, place) ORDER BY place`,
    );
    expect(long.map(([bytes]) => bytes?.length)).toEqual(sizes);
    expect(long.flatMap(([bytes]) => [...new Set(bytes)])).toEqual([0xab, 0xab, 0xab, 0xab]);
  });

  it.each([
    ['a question that is wrong', 'SELECT nothing', /does not exist/],
    [
      'an error in the middle',
      'SELECT 1 / (20000 - n) FROM generate_series(1, 30000) AS n',
      /division by zero/,
    ],
    ['more time than a question may take', 'SELECT pg_sleep(5)', /timeout/],
  ])('are refused for %s, and the next question is answered', async (_, question, message) => {
    await expect(asked(question)).rejects.toThrow(message);
    expect(await asked('SELECT 1::bigint')).toHaveLength(1);
  });

  it('are refused when the connection dies in the middle', async () => {
    const cut = (client: pg.PoolClient) => setTimeout(() => client.connection.stream.destroy(), 50);
    await expect(asked('SELECT pg_sleep(0.3)', cut)).rejects.toThrow(/terminated/);
  });
});
