/** Slots that the runs of several servers take together, with a real PostgreSQL. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSlots } from '../../runs/slots.ts';
import { openPostgresStore } from './store.ts';
import { hasPostgres, startPostgres, type TestPostgres } from './testing.ts';

const all = Number.POSITIVE_INFINITY;
const never = new AbortController().signal;

describe.skipIf(!hasPostgres)('slots of several servers', { timeout: 30_000 }, () => {
  let postgres: TestPostgres;
  const closing: (() => void | Promise<void>)[] = [];
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(() => postgres.close());
  const locks = () =>
    postgres.asked(
      'postgres',
      "SELECT classid, mode FROM pg_locks WHERE locktype = 'advisory' AND classid <> 8914002 ORDER BY 1, 2",
    );
  afterEach(async () => {
    await expect.poll(locks).toEqual([]);
    for (const close of closing.splice(0)) await close();
  });

  const openServer = async (capacity = 2) => {
    const { shared, close } = await openPostgresStore(postgres.address('postgres'), postgres.passwordFile);
    if (shared === undefined) throw new Error('expected what several servers need');
    closing.push(close);
    const slots = createSlots(capacity, undefined, shared.slots);
    /** Asks for so many slots of each; what it has come to. */
    const ask = (wanted: Record<string, number>, signal = never) => {
      const found = { release: undefined as (() => void) | undefined, places: [] as number[], failed: '' };
      const request = new Map(Object.entries(wanted));
      slots
        .acquire({ own: request, shared: request }, (place) => found.places.push(place), signal)
        .then(
          (release) => {
            found.release = release;
          },
          (error: unknown) => {
            found.failed = String(error);
          },
        );
      return found;
    };
    return { ask, number: shared.news.server };
  };
  type Found = ReturnType<Awaited<ReturnType<typeof openServer>>['ask']>;
  const has = (...found: readonly Found[]) =>
    expect.poll(() => found.map(({ release }) => release !== undefined)).toEqual(found.map(() => true));
  /** It was refused, and so it is known to wait. */
  const waits = (found: Found) => expect.poll(() => found.places).not.toEqual([]);
  const free = (...found: readonly Found[]) => {
    for (const { release } of found) release?.();
  };

  it('are as many for all servers together as for one; who waits is told so, and who does not is told nothing', async () => {
    const [one, two] = [await openServer(), await openServer()];
    const [first, second] = [one.ask({ a: 1, b: 1 }), two.ask({ a: 1 })];
    await has(first, second);
    const third = two.ask({ a: 1 });
    await waits(third);
    // Of another machine there are some.
    const other = one.ask({ b: 1 });
    await has(other);
    expect([third.release, third.places]).toEqual([undefined, [1]]);
    free(first);
    await has(third);
    expect([first, second, other].flatMap(({ places }) => places)).toEqual([]);
    free(second, third, other);
  });

  it('are taken all at once or not at all, and what wants all of them is next, before those that come later', async () => {
    const [one, two, other] = [await openServer(), await openServer(), await openServer()];
    const [first, second] = [one.ask({ a: 1, b: 1 }), two.ask({ b: 1, c: 1 })];
    await has(first, second);
    const capture = other.ask({ a: all, b: all, c: all });
    await waits(capture);
    const late = one.ask({ a: 1 });
    await waits(late);
    free(first);
    // It asks again, gets nothing and keeps nothing of what is free.
    await expect
      .poll(locks)
      .toEqual(
        [...Array(3).fill({ classid: 8914004 }), ...Array(2).fill({})].map((one) =>
          expect.objectContaining(one),
        ),
      );
    expect([capture.release, late.release]).toEqual([undefined, undefined]);
    free(second);
    await has(capture);
    expect(late.release).toBeUndefined();
    free(capture);
    await has(late);
    free(late);
  });

  it("that all want whole are given one after the other, and one that gives up is in nobody's way", async () => {
    const [one, two, other] = [await openServer(), await openServer(), await openServer()];
    const first = one.ask({ a: all, b: all });
    await has(first);
    const given = new AbortController();
    const up = other.ask({ b: all, a: all }, given.signal);
    const both = [two.ask({ b: all, c: all }), other.ask({ c: all, a: all })];
    await waits(up);
    given.abort(new Error('cancelled'));
    await expect.poll(() => up.failed).toBe('Error: cancelled');
    free(first);
    const served = () => both.filter(({ release }) => release);
    await expect.poll(served).toHaveLength(1);
    const [now] = served();
    for (const found of both) if (found !== now) await waits(found);
    expect(served()).toHaveLength(1);
    if (now) free(now);
    await has(...both);
    free(...both);
  });

  it('go round: a server with a long queue does not keep another one waiting until it is through', async () => {
    const [busy, other] = [await openServer(), await openServer()];
    const queue = Array.from({ length: 40 }, () => busy.ask({ a: 1 }));
    const done = () => queue.filter(({ release }) => release).length;
    await expect.poll(done).toBe(2);
    const late = other.ask({ a: 1 });
    await waits(late);
    const freed = new Set<Found>();
    let before = 0;
    while (late.release === undefined) {
      const next = queue.find((found) => found.release && !freed.has(found));
      if (next) {
        freed.add(next);
        free(next);
        before += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    expect(before).toBeLessThan(8);
    free(late);
    while (freed.size < queue.length) {
      for (const found of queue.filter(({ release }) => release)) {
        freed.add(found);
        free(found);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });

  it("leave nothing behind when their server goes, and a release that comes too late frees nobody else's", async () => {
    const [one, two, other] = [await openServer(), await openServer(), await openServer()];
    const late = one.ask({ a: all });
    await has(late);
    const next = two.ask({ a: all });
    await waits(next);
    await postgres.asked(
      'postgres',
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 8914002 AND objid = ${one.number}`,
    );
    await expect.poll(() => next.release, { timeout: 5000 }).toBeDefined();
    free(late);
    const third = other.ask({ a: 1 });
    await waits(third);
    // It has none of those, and gets others as soon as it is back.
    const own = one.ask({ b: 1 });
    await has(own);
    free(own);
    free(next);
    await has(third);
    free(third);
  });
});
