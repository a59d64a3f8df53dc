/** What the runs of several servers exclude each other from, with a real PostgreSQL. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Exclusion } from '../contract.ts';
import { openPostgresStore } from './store.ts';
import { hasPostgres, startPostgres, type TestPostgres } from './testing.ts';

describe.skipIf(!hasPostgres)('runs of several servers', { timeout: 30_000 }, () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(() => postgres.close());

  const openServer = async () => {
    const { shared, close } = await openPostgresStore(postgres.address('postgres'), postgres.passwordFile);
    if (shared === undefined) throw new Error('expected what several servers need');
    const { exclude, news } = shared;
    return { exclude, news, close };
  };
  type Opened = Awaited<ReturnType<typeof openServer>>;
  const three = async () => [await openServer(), await openServer(), await openServer()] as const;
  const never = new AbortController().signal;
  const beside = (...names: string[]): Exclusion => ({ how: 'beside', names });
  const alone = (...names: string[]): Exclusion => ({ how: 'alone', names });
  /** Whether it has begun, and its release. */
  const asking = (waiting: Promise<() => void>) => {
    const found: { release?: () => void } = {};
    void waiting.then((release) => {
      found.release = release;
    });
    return found;
  };
  const locks = () =>
    postgres.asked(
      'postgres',
      "SELECT classid, mode FROM pg_locks WHERE locktype = 'advisory' AND classid <> 8914002 ORDER BY 1, 2",
    );
  /** Of these servers, whatever waits has looked since, and has its answer. */
  const looked = async (from: Opened, ...waiting: readonly Opened[]) => {
    for (const _ of [1, 2]) {
      const heard = waiting.map(({ news }) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        const stop = news.listen({ heard: ({ kind }) => kind === 'released' && resolve() });
        return promise.then(stop).then(() => news.servers());
      });
      (await from.exclude(beside('elsewhere'), never))();
      await Promise.all(heard);
    }
  };

  it('send beside each other, and what wants to be alone comes next, before those that come later', async () => {
    const [one, two, other] = await three();
    const first = await one.exclude(beside('a', 'b'), never);
    const second = await two.exclude(beside('b', 'c'), never);
    const capture = asking(other.exclude(alone('a', 'b', 'c'), never));
    await looked(two, other);
    const late = asking(one.exclude(beside('a'), never));
    first();
    await looked(two, one, other);
    expect([capture.release, late.release]).toEqual([undefined, undefined]);
    second();
    await expect.poll(() => capture.release).toBeDefined();
    await looked(two, one);
    expect(late.release).toBeUndefined();
    capture.release?.();
    await expect.poll(() => late.release).toBeDefined();
    late.release?.();
    await expect.poll(locks).toEqual([]);
    for (const server of [one, two, other]) await server.close();
  });

  it("that all want to be alone get it one after the other, and one that gives up is in nobody's way", async () => {
    const [one, two, other] = await three();
    const release = await one.exclude(alone('a', 'b'), never);
    const given = new AbortController();
    const up = other.exclude(alone('b', 'a'), given.signal);
    const both = [two.exclude(alone('b', 'c'), never), other.exclude(alone('c', 'a'), never)].map(asking);
    given.abort(new Error('cancelled'));
    await expect(up).rejects.toThrow('cancelled');
    release();
    await expect.poll(() => both.filter((found) => found.release).length).toBe(1);
    await looked(one, two, other);
    expect(both.filter((found) => found.release)).toHaveLength(1);
    for (const found of both) found.release?.();
    await expect.poll(() => both.filter((found) => found.release).length).toBe(2);
    for (const found of both) found.release?.();
    await expect.poll(locks).toEqual([]);
    for (const server of [one, two, other]) await server.close();
  });

  it("leave nothing behind when their server goes, and a release that comes too late frees nobody else's", async () => {
    const [one, two, other] = await three();
    const late = await one.exclude(alone('a'), never);
    const waiting = asking(two.exclude(alone('a'), never));
    await postgres.asked(
      'postgres',
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 8914002 AND objid = ${one.news.server}`,
    );
    await expect.poll(() => waiting.release, { timeout: 5000 }).toBeDefined();
    late();
    const third = asking(other.exclude(beside('a'), never));
    await looked(two, other);
    expect(third.release).toBeUndefined();
    waiting.release?.();
    await expect.poll(() => third.release).toBeDefined();
    third.release?.();
    await expect.poll(locks).toEqual([]);
    for (const server of [one, two, other]) await server.close();
  });
});
