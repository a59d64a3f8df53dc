/** Pages of three servers on one PostgreSQL: who is here, who presents, sets, pins and names, also when a server is gone. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, afterAll, describe, expect, it } from 'vitest';
import type { Down } from '../../src/core/protocol/down.ts';
import { effectCheck } from '../auth/testing.ts';
import { openPostgresStore } from '../store/postgres/store.ts';
import { hasPostgres, startPostgres, type TestPostgres } from '../store/postgres/testing.ts';
import { spawnServer } from './severalServers.testing.ts';
import { type TestServer, testServer } from './testing.ts';

describe.skipIf(!hasPostgres)('several servers on one PostgreSQL', { timeout: 60_000 }, () => {
  let postgres: TestPostgres;
  let database = '';
  const servers: TestServer[] = [];
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  beforeEach(async () => {
    database = await postgres.database();
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });
  afterAll(() => postgres.close());

  const serve = async (): Promise<TestServer> => {
    const store = await openPostgresStore(postgres.address(database), postgres.passwordFile);
    const checks = [effectCheck('a', 'read'), effectCheck('b', 'read')];
    const server = await testServer(checks, undefined, false, undefined, undefined, store);
    servers.push(server);
    return server;
  };
  /** A page of a reader, and what it shows now. */
  const open = async (server: Pick<TestServer, 'connect'>, reader: string) => {
    const page = await server.connect();
    page.send({ type: 'watch', writeup: 'w', reader });
    const welcome = await page.next('welcome');
    const newest = <Type extends Down['type']>(type: Type) =>
      page.heard.findLast((one): one is Extract<Down, { type: Type }> => one.type === type);
    return {
      ...{ page, you: welcome.you },
      here: () => (newest('here')?.readers ?? welcome.here).toSorted(),
      presenter: () => (newest('presenting') ?? welcome).presenting?.by,
      /** Why it may not present this slide; nothing ends it. */
      async present(slide?: string) {
        const key = `present-${randomUUID()}`;
        page.send({ type: 'present', key, at: slide === undefined ? null : { slide, view: 'check' } });
        const answer = () =>
          page.heard.find((one) => (one.type === 'done' || one.type === 'refused') && one.key === key);
        await page.until(() => answer() !== undefined);
        const found = answer();
        return found?.type === 'refused' ? found.message : 'done';
      },
    };
  };
  it('tell each other who is here, by numbers that nobody has twice and that a reader keeps at another server', async () => {
    const [one, two, three] = [await serve(), await serve(), await serve()];
    const pages = await Promise.all(
      [one, two, three, one, two, three].map((at, nth) => open(at, `page-0000${nth}`)),
    );
    const names = pages.map(({ you }) => you).toSorted();
    expect(names).toEqual([1, 2, 3, 4, 5, 6].map((number) => `Reader ${number}`));
    for (const { here } of pages) await expect.poll(here).toEqual(names);
    const late = await open(await serve(), 'page-00009');
    expect(late.you).toBe('Reader 7');
    await expect.poll(late.here).toEqual([...names, 'Reader 7']);
    const [first] = pages;
    first?.page.close();
    await expect.poll(late.here).not.toContain(first?.you);
    expect((await open(two, 'page-00000')).you).toBe(first?.you);
    await expect.poll(late.here).toEqual([...names, 'Reader 7']);
  });

  it('have one presenter of a writeup, whom everybody sees, until they end it or their server is gone', async () => {
    const [one, two] = [await serve(), await serve()];
    const [ada, bob] = [await open(one, 'page-of-ada'), await open(two, 'page-of-bob')];
    const answers = await Promise.all([ada.present('a'), bob.present('b')]);
    const [first, second] = answers[0] === 'done' ? [ada, bob] : [bob, ada];
    expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
    await expect.poll(second.presenter).toBe(first.you);
    expect(await second.present('b')).toBe(
      `${first.you} presents this writeup now. Follow along, or present when they have ended.`,
    );
    expect(await first.present()).toBe('done');
    await expect.poll(second.presenter).toBeUndefined();
    expect(await second.present('b')).toBe('done');
    await expect.poll(first.presenter).toBe(second.you);
    // The server of the presenter stops.
    const gone = second === ada ? one : two;
    servers.splice(servers.indexOf(gone), 1);
    await gone.close();
    await expect.poll(first.presenter).toBeUndefined();
    await expect.poll(first.here).toEqual([first.you]);
    expect(await first.present('a')).toBe('done');
  });

  it.each([
    { signal: 'SIGKILL', seconds: 5 },
    // It is silent for four seconds before it counts as gone.
    { signal: 'SIGSTOP', seconds: 7 },
  ] as const)(
    'have no presenter any more soon after the server of who presented got a $signal, and the same person presents again at another one',
    async ({ signal, seconds }) => {
      const [one, two] = [await serve(), await serve()];
      const child = await spawnServer(postgres, database);
      const ada = await open(child, 'page-of-ada');
      const others = [await open(one, 'page-of-bob'), await open(two, 'page-of-eve')];
      expect(await ada.present('a')).toBe('done');
      for (const { presenter, here } of others) {
        await expect.poll(presenter).toBe(ada.you);
        await expect.poll(here).toContain(ada.you);
      }
      const began = performance.now();
      if (signal === 'SIGKILL') await child.kill();
      else child.signal(signal);
      for (const { presenter, here } of others) {
        await expect.poll(presenter, { timeout: 10_000 }).toBeUndefined();
        await expect.poll(here).not.toContain(ada.you);
      }
      expect((performance.now() - began) / 1000).toBeLessThan(seconds);
      const again = await open(two, 'page-of-ada');
      expect(again.you).toBe(ada.you);
      expect(await again.present('b')).toBe('done');
      for (const { presenter } of others) await expect.poll(presenter).toBe(ada.you);
      if (signal === 'SIGSTOP') await child.kill();
      for (const { presenter } of others) expect(presenter()).toBe(ada.you);
    },
  );

  it('know of each other again after they were cut off from the database', async () => {
    const [one, two] = [await serve(), await serve()];
    const [ada, bob] = [await open(one, 'page-of-ada'), await open(two, 'page-of-bob')];
    expect(await ada.present('a')).toBe('done');
    await expect.poll(bob.presenter).toBe(ada.you);
    const cutOff = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`;
    await postgres.asked('postgres', cutOff);
    for (const { store } of servers) await expect.poll(store.full).toBeUndefined();
    const late = await open(two, 'page-of-eve');
    await expect.poll(late.here).toEqual([ada.you, bob.you, late.you].toSorted());
    await expect.poll(late.presenter).toBe(ada.you);
    expect(await late.present('c')).toContain(`${ada.you} presents this writeup now`);
  });

  it('show a set that was made at one, and what is pinned at one is pinned at all', async () => {
    const [one, two] = [await serve(), await serve()];
    const [ada, bob] = [await open(one, 'page-of-ada'), await open(two, 'page-of-bob')];
    ada.page.send({ type: 'run', key: 'click-00000001', checks: ['a', 'b'] });
    const { set } = await ada.page.next('accepted');
    const told = await bob.page.next('set');
    expect(told.set).toMatchObject({ set, writeup: 'w', by: ada.you });
    const [run = ''] = told.set.members.map((one) => one.run);
    await expect.poll(async () => (await two.store.summary(run))?.state).toBe('ended');
    const at = new Date();
    await one.store.keeping.keep(run, { by: 'ada', at }, { runs: 100, days: 1, bytes: 1e9 });
    expect(await two.store.pinned(run)).toBe(true);
  });
});
