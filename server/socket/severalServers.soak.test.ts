/** Several servers on one PostgreSQL, for longer: killed at any moment, and a run of 20 MiB. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeAll } from '../../src/core/protocol/codec.ts';
import type { Entry } from '../../src/core/run/entry.ts';
import { fold, type RunView } from '../../src/core/run/run.ts';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import { openPostgresStore } from '../store/postgres/store.ts';
import { hasPostgres, startPostgres, type TestPostgres } from '../store/postgres/testing.ts';
import { click, lastOf, openServer, runOf, spawnServer } from './severalServers.testing.ts';

const rounds = Number(process.env['VANTAGE_SOAK_ROUNDS'] ?? 6);

describe.skipIf(!hasPostgres)('several servers on one database', { timeout: 600_000 }, () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(() => postgres.close());

  it('[R1] lose and double no run and leave no lock, whichever is killed at whatever moment', async () => {
    const database = await postgres.database();
    const spawned = () => spawnServer(postgres, database);
    const servers = await Promise.all([spawned(), spawned(), spawned()]);
    const accepted = new Set<string>();
    for (let round = 0; round < rounds; round += 1) {
      const pages = await Promise.all(servers.map((server) => server.watching()));
      const clicks = pages.flatMap((page) => ['talks', 'short'].map((check) => click(page, check)));
      const killing = new Promise((resolve) => setTimeout(resolve, Math.random() * 1500));
      // Some of them are not answered: their server is killed.
      const answers = clicks.map((one) =>
        one.then(
          (answer) => {
            if (typeof answer !== 'string') for (const { run } of answer) accepted.add(run);
          },
          () => {},
        ),
      );
      await killing;
      const victim = round % servers.length;
      await servers[victim]?.kill();
      await Promise.all(answers);
      for (const page of pages) page.close();
      servers[victim] = await spawned();
    }
    const running = () =>
      postgres.asked(database, "SELECT run FROM runs WHERE state = 'running' AND check_id = 'short'");
    await expect.poll(running, { timeout: 20_000 }).toEqual([]);
    for (const server of servers) await server.kill();
    const store = await openPostgresStore(postgres.address(database), postgres.passwordFile);
    await store.recover(() => new Date());
    const rows = await postgres.asked(database, 'SELECT run, state, how FROM runs');
    expect(rows.filter(({ state }) => state !== 'ended')).toEqual([]);
    expect([...accepted].filter((run) => !rows.some((row) => row['run'] === run))).toEqual([]);
    expect(accepted.size).toBeGreaterThan(rounds);
    for (const { run, how } of rows) {
      let view: RunView | undefined;
      for (let position = 0; ;) {
        const { entries, next } = await store.read(String(run), position, 1024 * 1024);
        if (entries.length === 0) break;
        position = next;
        view = decodeAll(entries).reduce<RunView | undefined>(fold, view);
      }
      expect([run, view?.state]).toEqual([run, how]);
    }
    // Of one check, no two at the same time: one ends before the next begins.
    const overlaps = await postgres.asked(
      database,
      `SELECT one.run FROM runs one JOIN runs other ON other.check_id = one.check_id AND other.run > one.run
       WHERE one.how = 'finished' AND other.how = 'finished' AND
         other.summary::json->>'startedAt' < one.summary::json->>'endedAt'`,
    );
    expect(overlaps).toEqual([]);
    await store.close();
    const locks = "SELECT classid FROM pg_locks WHERE locktype = 'advisory'";
    await expect.poll(() => postgres.asked(database, locks)).toEqual([]);
  });

  it('[R1] end the run of a server whose process is stopped, and of one that is killed, within seconds; the stopped one writes nothing more', async () => {
    const database = await postgres.database();
    const ended = (how: string) => ({ summary: { state: 'ended', how } });
    const talks = checkOf('talks', [onceStep('s', 'true')]);
    const other = await openServer(postgres, database, [talks]);
    const child = await spawnServer(postgres, database);
    const page = await child.watching();
    const begun = async (run: string) => {
      await expect
        .poll(() => lastOf(other.page, run), { timeout: 10_000 })
        .toMatchObject({ summary: { state: 'running' } });
      other.page.send({ type: 'follow', run, from: 0 });
      await expect
        .poll(() => other.page.entries.get(run)?.length ?? 0, { timeout: 10_000 })
        .toBeGreaterThan(9);
      return run;
    };
    const interrupted = async (run: string) => {
      const began = performance.now();
      await expect
        .poll(() => lastOf(other.page, run), { timeout: 10_000 })
        .toMatchObject(ended('interrupted'));
      const seconds = (performance.now() - began) / 1000;
      const { next } = await other.page.ended(run);
      expect(other.page.entries.get(run)?.length).toBe(next);
      return seconds;
    };
    const stopped = await begun((await runOf(page, 'talks')).run);
    child.signal('SIGSTOP');
    expect(await interrupted(stopped)).toBeLessThan(7);
    const frames = () =>
      postgres.asked(database, `SELECT count(*), max(number) FROM frames WHERE run = '${stopped}'`);
    const before = await frames();
    child.signal('SIGCONT');
    await expect.poll(() => lastOf(page, stopped), { timeout: 10_000 }).toMatchObject(ended('interrupted'));
    await expect.poll(() => click(page, 'talks'), { timeout: 10_000 }).toMatchObject([{ joined: false }]);
    expect(await frames()).toEqual(before);
    const run = await begun((await runOf(page, 'talks')).run);
    await child.kill();
    expect(await interrupted(run)).toBeLessThan(4);
    await other.close();
  });

  it('[R17] show 20 MiB to readers of other servers byte for byte, also to those who change servers in the middle', async () => {
    const database = await postgres.database();
    const limits = { seconds: 120, bytes: 24 * 1024 * 1024 };
    const flood = 'for i in 1 2 3 4 5; do head -c 4194304 /dev/urandom; sleep 0.3; done';
    const checks = [checkOf('flood', [onceStep('s', flood, { limits })])];
    const opened = () => openServer(postgres, database, checks);
    const servers = [await opened(), await opened(), await opened()] as const;
    const [first, second, third] = servers;
    const { run } = await runOf(first.page, 'flood');
    /** Reads to the end; of so many servers in turn, each until it has said so much. */
    const read = async (...from: readonly [(typeof servers)[number], number][]) => {
      const hash = createHash('sha256');
      let [next, bytes, isEnded] = [0, 0, false];
      const hear = (entries: readonly Entry[]) => {
        for (const { seq, body } of entries) {
          expect(seq).toBe(next);
          next += 1;
          isEnded = body.kind === 'closed';
          if (body.kind !== 'output') continue;
          hash.update(body.bytes);
          bytes += body.bytes.length;
        }
      };
      for (const [server, most] of from) {
        const page = await server.connect({}, hear);
        page.send({ type: 'watch', writeup: 'w' });
        page.send({ type: 'follow', run, from: next });
        await page.until(() => isEnded || bytes >= most);
        page.drop();
      }
      return { bytes, isEnded, hash: hash.digest('hex') };
    };
    const all = Number.POSITIVE_INFINITY;
    const readers = await Promise.all([
      read([first, all]),
      read([second, all]),
      read([third, all]),
      read([second, 8_000_000], [third, all]),
      read([first, 2_000_000], [second, 12_000_000], [third, all]),
    ]);
    expect(new Set(readers.map(({ hash }) => hash)).size).toBe(1);
    for (const { bytes, isEnded } of readers) expect([bytes, isEnded]).toEqual([20 * 1024 * 1024, true]);
    for (const server of servers) await server.close();
  });
});
