/** Servers on one PostgreSQL whose clocks are ten seconds ahead and behind: what is decided by time is decided by that of the database. */
import { afterAll, afterEach, beforeAll, expect, describe, it, vi } from 'vitest';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import { openPostgresStore } from '../store/postgres/store.ts';
import { hasPostgres, startPostgres, type TestPostgres } from '../store/postgres/testing.ts';
import { lastOf, openServer, runOf, spawnServer } from './severalServers.testing.ts';

describe.skipIf(!hasPostgres)('clocks that are ten seconds ahead and behind', { timeout: 120_000 }, () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    vi.useRealTimers();
    for (const close of closing.splice(0)) await close();
  });
  afterAll(() => postgres.close());
  const ended = (how: string) => ({ summary: { state: 'ended', how } });

  it('change neither the order of runs, nor who lives', async () => {
    const database = await postgres.database();
    const checks = ['talks', 'short'].map((id) => checkOf(id, [onceStep('s', 'echo here')]));
    const right = await openServer(postgres, database, checks);
    const [ahead, behind] = await Promise.all(
      [10_000, -10_000].map((ms) => spawnServer(postgres, database, ms)),
    );
    if (!ahead || !behind) throw new Error('expected two servers');
    closing.push(right.close, ahead.kill, behind.kill);
    const pages = [await ahead.watching(), await behind.watching(), right.page] as const;
    const clicked: string[] = [];
    for (const page of [...pages, ...[...pages].reverse()]) {
      const { run, joined } = await runOf(page, 'short');
      expect(joined).toBe(false);
      clicked.push(run);
      for (const one of pages)
        await expect.poll(() => lastOf(one, run), { timeout: 30_000 }).toMatchObject(ended('finished'));
    }
    expect(clicked).toEqual(clicked.toSorted());
    const began = await postgres.asked(
      database,
      "SELECT summary::json->>'startedAt' AS at FROM runs ORDER BY run",
    );
    const times = began.map(({ at }) => Date.parse(String(at)));
    // Their clocks do differ: a record has the time of its server.
    expect(Number(times[0]) - Number(times[1])).toBeGreaterThan(15_000);
    for (const server of [ahead, behind, right]) {
      const page = await server.watching();
      expect((await page.next('welcome')).latest.map(({ run }) => run)).toEqual(clicked.slice(-1));
    }

    // Longer than a server may be silent: nobody takes a run of one that lives.
    const [{ run: first }, { run: second }] = [
      await runOf(pages[0], 'talks'),
      await runOf(pages[1], 'talks'),
    ];
    expect(first).toBe(second);
    await new Promise((resolve) => setTimeout(resolve, 5000));
    expect(lastOf(right.page, first)).toMatchObject({ summary: { state: 'running' } });
    const [owner] = await postgres.asked(database, `SELECT server FROM runs WHERE run = '${first}'`);
    expect(owner?.['server']).not.toBe(right.number);
    const killed = performance.now();
    for (const server of [ahead, behind]) await server.kill();
    await expect
      .poll(() => lastOf(right.page, first), { timeout: 10_000 })
      .toMatchObject(ended('interrupted'));
    expect(performance.now() - killed).toBeLessThan(5000);
  });

  it('end no session early or late, and take no sign-in twice', async () => {
    const database = await postgres.database();
    /** Does it with a clock that is so much ahead. */
    const at = async <T>(ms: number, work: () => Promise<T>): Promise<T> => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
      return work().finally(() => vi.useRealTimers());
    };
    const open = async () => await openPostgresStore(postgres.address(database), postgres.passwordFile);
    const [ahead, behind] = [await at(10_000, open), await at(-10_000, open)];
    const [mine, other] = [ahead.shared?.signIns, behind.shared?.signIns];
    const limits = { idleMs: 5000, absoluteMs: 5000 };
    const session = { key: 'k', readKey: 'r', id: 'ada', name: 'Ada', basis: [] };
    await at(10_000, async () => mine?.open(session, limits, () => ({ name: 'Ada', ends: undefined })));
    const [found] = await at(-10_000, async () => (await other?.find(['k'])) ?? []);
    expect(found?.ageMs).toBeGreaterThanOrEqual(0);
    expect(found?.ageMs).toBeLessThan(5000);
    // Signing in anywhere ends what is over, and this one is not.
    await at(-10_000, async () =>
      other?.open({ ...session, key: 'l', readKey: 's' }, limits, () => undefined),
    );
    expect(await mine?.find(['k'])).toHaveLength(1);
    expect(await at(-10_000, async () => other?.useOnce('state', 5))).toBe(true);
    expect(await at(10_000, async () => mine?.useOnce('state', 5))).toBe(false);
    // To the second: their clocks stand still while the store is opened.
    expect([ahead, behind].map(({ shared }) => shared?.clockFault)).toEqual([
      expect.stringMatching(/^The clock of this server is \d+ s ahead of the clock/),
      expect.stringMatching(/^The clock of this server is \d+ s behind the clock/),
    ]);
    for (const store of [ahead, behind]) await store.close();
  });
});
