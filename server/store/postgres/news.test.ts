/** News between servers of one PostgreSQL, and the session that carries it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mostNewsBytes, type NewsMessage } from '../news.ts';
import { headerOf } from '../testing.ts';
import { summaryBaseOf } from '../../../src/core/protocol/down.ts';
import { clockSentence } from './address.ts';
import { openPostgresStore } from './store.ts';
import { hasPostgres, startPostgres, type TestPostgres } from './testing.ts';

describe.skipIf(!hasPostgres)('news between servers', { timeout: 30_000 }, () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(() => postgres.close());

  const openServer = async () => {
    const { shared, full, close } = await openPostgresStore(
      postgres.address('postgres'),
      postgres.passwordFile,
    );
    if (shared === undefined) throw new Error('expected what several servers need');
    const { news } = shared;
    const heard: (readonly [NewsMessage, number])[] = [];
    const counts = { again: 0 };
    news.listen({
      heard: (message, from) => heard.push([message, from]),
      again() {
        counts.again += 1;
      },
    });
    return { news, full, close, heard, counts };
  };
  const end = (number: number) =>
    postgres.asked(
      'postgres',
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = ${number}`,
    );

  it('reaches all others in its order, the newest of a subject only, and nobody hears what is not news', async () => {
    const [one, two, three] = await Promise.all([openServer(), openServer(), openServer()]);
    await postgres.asked(
      'postgres',
      `NOTIFY vantage, '{"from":1,"news":{"kind":"later version"}}'; NOTIFY vantage`,
    );
    const header = headerOf({ day: 1 });
    const summary = { state: 'queued', ...summaryBaseOf(header), position: 1 } as const;
    one.news.send({ kind: 'run', writeup: 'w', summary: { ...summary, by: 'x'.repeat(mostNewsBytes) } });
    for (let bytes = 1; bytes <= 1000; bytes += 1) one.news.send({ kind: 'grown', run: 'a', bytes });
    one.news.send({ kind: 'ended', run: 'a' });
    const expected = [
      [{ kind: 'grown', run: 'a', bytes: 1000 }, one.news.server],
      [{ kind: 'ended', run: 'a' }, one.news.server],
    ];
    await expect.poll(() => two.heard).toEqual(expected);
    await expect.poll(() => three.heard).toEqual(expected);
    expect(one.heard).toEqual([]);
    const numbers = [one, two, three].map(({ news }) => news.server);
    expect(await two.news.servers()).toEqual(new Set(numbers));
    await three.close();
    await expect.poll(() => two.news.servers()).toEqual(new Set(numbers.slice(0, 2)));
    await Promise.all([one.close(), two.close()]);
  });

  it('goes on after a session is lost, and says that some may be missing', async () => {
    const [one, two] = await Promise.all([openServer(), openServer()]);
    await end(two.news.server);
    await expect.poll(two.full).toMatch(/^The database that keeps the records cannot be written/);
    await expect.poll(() => two.counts.again, { timeout: 5000 }).toBe(1);
    await expect.poll(two.full, { timeout: 5000 }).toBeUndefined();
    one.news.send({ kind: 'cancel', run: 'b' });
    two.news.send({ kind: 'released' });
    await expect.poll(() => two.heard).toEqual([[{ kind: 'cancel', run: 'b' }, one.news.server]]);
    await expect.poll(() => one.heard).toEqual([[{ kind: 'released' }, two.news.server]]);
    expect(one.counts.again).toBe(0);
    await Promise.all([one.close(), two.close()]);
  });

  it('comes from a server whose clock is told to the operator when it is wrong', () => {
    expect([clockSentence(1900), clockSentence(-1900)]).toEqual([undefined, undefined]);
    expect(clockSentence(10_000)).toBe(
      'The clock of this server is 10 s ahead of the clock of the database: its records show wrong times until NTP sets it. No record is lost, and runs keep their order.',
    );
    expect(clockSentence(-10_400)).toMatch(
      /^The clock of this server is 10 s behind the clock of the database/,
    );
  });
});
