/** Several servers on one PostgreSQL are one Vantage: whole servers, a real database. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import { hasPostgres, startPostgres, type TestPostgres } from '../store/postgres/testing.ts';
import type { TestConnection } from './testing.ts';
import { click, hashOf, lastOf, type OneOfSeveral, openServer, runOf } from './severalServers.testing.ts';

const long = { seconds: 60, bytes: 16_000_000 };
const flood = "head -c 6000000 /dev/zero | tr '\\0' x; sleep 0.2; head -c 2000000 /dev/zero | tr '\\0' y";
const checks = [
  checkOf('quick', [onceStep('s', 'echo here')]),
  checkOf('brief', [onceStep('s', 'echo brief; exec sleep 2.5', { limits: long })]),
  checkOf('waits', [onceStep('s', 'echo waits; exec sleep 45.25', { limits: long })]),
  checkOf('flood', [onceStep('s', flood, { limits: long })]),
  {
    ...checkOf('sends', [onceStep('s', 'echo sends; exec sleep 0.5', { limits: long })]),
    effect: 'send' as const,
  },
  {
    ...checkOf('sniffs', [onceStep('s', 'echo sniffs; exec sleep 0.5', { limits: long })]),
    effect: 'capture' as const,
  },
];

describe.skipIf(!hasPostgres)('several servers on one database', { timeout: 120_000 }, () => {
  let postgres: TestPostgres;
  const servers: OneOfSeveral[] = [];
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(() => postgres.close());
  let database = '';
  beforeEach(async () => {
    database = await postgres.database();
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });
  const open = async (): Promise<OneOfSeveral> => {
    const server = await openServer(postgres, database, checks);
    servers.push(server);
    return server;
  };
  const two = async () => [await open(), await open()] as const;
  const asked = (text: string) => postgres.asked(database, text);
  const stateOf = (page: TestConnection, run: string) => {
    const told = lastOf(page, run);
    if (told?.type !== 'summary') return undefined;
    return told.summary.state === 'ended' ? told.summary.how : told.summary.state;
  };

  it('run a check once, wherever and however often it is pressed, and every page sees all of it', async () => {
    const [one, other] = await two();
    const runs = await Promise.all([one, other, one, other].map(({ page }) => runOf(page, 'waits')));
    const [{ run } = { run: '' }] = runs;
    expect(runs.map((found) => found.run)).toEqual([run, run, run, run]);
    expect(runs.filter(({ joined }) => !joined)).toHaveLength(1);
    for (const { page } of [one, other]) page.send({ type: 'follow', run, from: 0 });
    await expect.poll(() => other.page.entries.get(run)?.length ?? 0, { timeout: 10_000 }).toBeGreaterThan(2);
    const late = await other.watching();
    expect((await late.next('welcome')).active).toMatchObject([{ run, state: 'running' }]);
    // From whichever does not have it.
    const [owner] = await asked('SELECT server FROM runs');
    const asking = one.number === owner?.['server'] ? other : one;
    asking.page.send({ type: 'cancel', run });
    expect(await runOf(asking.page, 'quick')).toMatchObject({ joined: false });
    for (const { page } of [one, other]) {
      expect((await page.ended(run)).state).toBe('cancelled');
      await expect.poll(() => stateOf(page, run)).toBe('cancelled');
    }
    expect(other.page.entries.get(run)).toEqual(one.page.entries.get(run));
    expect(await asked("SELECT run FROM runs WHERE check_id = 'waits'")).toEqual([{ run }]);
    expect((await runOf(other.page, 'waits')).run).not.toBe(run);
  });

  it('take a click that is sent again, to whichever of them and however late, for the one that it is', async () => {
    const [one, other] = await two();
    const readers = await Promise.all(
      [one, other].map(async (server) => {
        const page = await server.connect();
        page.send({ type: 'watch', writeup: 'w', reader: 'page-of-ada' });
        await page.next('welcome');
        return page;
      }),
    );
    const sent = async (page: TestConnection | undefined, key: string, ...of: readonly string[]) => {
      page?.send({ type: 'run', key, checks: of });
      const { runs = [], set } = (await page?.next('accepted', (answer) => answer.key === key)) ?? {};
      return { runs: runs.map(({ run }) => run), set };
    };
    const [ada, again] = readers;
    const first = await sent(ada, 'sent-again-01', 'quick', 'brief');
    // Another one joins the run that goes on: at its own server, and at the other one.
    const joined = [await sent(ada, 'sent-again-02', 'brief'), await sent(again, 'sent-again-03', 'brief')];
    expect(joined.map(({ runs }) => runs)).toEqual([[first.runs[1]], [first.runs[1]]]);
    for (const run of first.runs)
      for (const { page } of [one, other])
        await expect.poll(() => stateOf(page, run), { timeout: 10_000 }).toBe('finished');
    const before = await asked('SELECT count(*) FROM runs');
    expect(await sent(again, 'sent-again-01', 'quick', 'brief')).toEqual(first);
    expect((await sent(again, 'sent-again-02', 'brief')).runs).toEqual([first.runs[1]]);
    expect((await sent(ada, 'sent-again-03', 'brief')).runs).toEqual([first.runs[1]]);
    expect(await asked('SELECT count(*) FROM runs')).toEqual(before);
    // A key is a page's own: with it nobody else gets the run.
    expect((await sent(other.page, 'sent-again-01', 'quick')).runs).not.toContain(first.runs[0]);
    // What nobody can send again any more is forgotten.
    await asked("UPDATE requests SET at = at - interval '2 hours'");
    for await (const _ of one.store.retain({ runs: 1000, days: 1000, bytes: 1e9 }, new Date()));
    expect(await asked('SELECT request FROM requests')).toEqual([]);
  });

  it('show the same bytes, also to a reader who comes from another server in the middle', async () => {
    const [one, other] = await two();
    const { run } = await runOf(one.page, 'flood');
    const there = await other.watching();
    one.page.send({ type: 'follow', run, from: 0 });
    other.page.send({ type: 'follow', run, from: 0 });
    there.send({ type: 'follow', run, from: 0 });
    await there.until(() => (there.entries.get(run)?.length ?? 0) > 20);
    there.drop();
    const seen = there.entries.get(run) ?? [];
    const back = await one.watching();
    back.send({ type: 'follow', run, from: seen.length });
    await Promise.all([one.page, other.page].map((page) => page.ended(run)));
    await back.until(() => back.last(run)?.body.kind === 'closed');
    const expected = hashOf(one.page.entries.get(run));
    expect(hashOf(other.page.entries.get(run))).toBe(expected);
    expect(hashOf([...seen, ...(back.entries.get(run) ?? [])])).toBe(expected);
  });

  it('keep a capture and what sends apart, and neither waits for ever', async () => {
    const [one, other] = await two();
    const sends = await runOf(one.page, 'sends');
    await expect.poll(() => stateOf(other.page, sends.run)).toBe('running');
    const sniffs = await runOf(other.page, 'sniffs');
    await expect.poll(() => stateOf(one.page, sniffs.run)).toBe('queued');
    for (const { page } of [one, other])
      for (const { run } of [sends, sniffs])
        await expect.poll(() => stateOf(page, run), { timeout: 20_000 }).toBe('finished');
    const rows = await asked(
      "SELECT check_id AS id, summary::json->>'startedAt' AS began, summary::json->>'endedAt' AS ended FROM runs WHERE check_id IN ('sends', 'sniffs') ORDER BY began",
    );
    expect(rows.map(({ id }) => id)).toEqual(['sends', 'sniffs']);
    expect(String(rows[1]?.['began']) >= String(rows[0]?.['ended'])).toBe(true);
    await expect
      .poll(() => asked("SELECT classid FROM pg_locks WHERE locktype = 'advisory' AND classid <> 8914002"))
      .toEqual([]);
  });

  it('end a run that its server cannot go on with, everywhere the same; nothing is written after, and the server goes on', async () => {
    const [one, other] = await two();
    const begun = async () => {
      const { run } = await runOf(one.page, 'waits');
      for (const { page } of [one, other]) page.send({ type: 'follow', run, from: 0 });
      await expect
        .poll(() => other.page.entries.get(run)?.length ?? 0, { timeout: 10_000 })
        .toBeGreaterThan(2);
      return run;
    };
    // It loses its session: it gives the run up itself, or is too late for that.
    const first = await begun();
    await asked(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = ${one.number}`,
    );
    const lost = { state: 'ended', judgement: { verdict: 'inconclusive' } };
    for (const { page } of [other, one])
      await expect.poll(() => lastOf(page, first), { timeout: 5000 }).toMatchObject({ summary: lost });
    await expect.poll(one.store.full, { timeout: 10_000 }).toBeUndefined();
    // The same at last: its own server may have told it before it knew that the other one had ended it.
    const kept = { summary: await one.store.summary(first) };
    await expect.poll(() => lastOf(one.page, first), { timeout: 5000 }).toMatchObject(kept);
    // Another server has it, as after a silence that was too long.
    const run = await begun();
    await asked(`UPDATE runs SET server = 1 WHERE run = '${run}'`);
    for (const { page } of [other, one])
      await expect.poll(() => stateOf(page, run), { timeout: 5000 }).toBe('interrupted');
    expect((await other.page.ended(run)).state).toBe('interrupted');
    const frames = () =>
      asked(`SELECT count(*), sum(length(bytes)), max(number) FROM frames WHERE run = '${run}'`);
    const before = await frames();
    expect(await runOf(one.page, 'quick')).toMatchObject({ joined: false });
    const next = await runOf(other.page, 'waits');
    expect(next.joined).toBe(false);
    other.page.send({ type: 'cancel', run: next.run });
    await expect.poll(() => stateOf(one.page, next.run), { timeout: 10_000 }).toBe('cancelled');
    expect(await frames()).toEqual(before);
    expect(await one.store.summary(run)).toMatchObject({ how: 'interrupted' });
  });

  it('say what is missing while the database is gone, keep what is in memory readable, and go on by themselves', async () => {
    const [one, other] = await two();
    const { run } = await runOf(one.page, 'waits');
    one.page.send({ type: 'follow', run, from: 0 });
    await expect.poll(() => one.page.entries.get(run)?.length ?? 0, { timeout: 10_000 }).toBeGreaterThan(2);
    await postgres.stop();
    await expect
      .poll(() => lastOf(one.page, run), { timeout: 20_000 })
      .toMatchObject({
        summary: {
          judgement: {
            verdict: 'inconclusive',
            problem: {
              kind: 'not-recorded',
              message: expect.stringMatching(
                /^The run could not be written to the database .*is no evidence/,
              ),
            },
          },
        },
      });
    expect(await click(other.page, 'quick')).toMatch(
      /^The database that keeps the records cannot be written/,
    );
    const health = await fetch(`http://127.0.0.1:${other.port}/healthz`);
    // Each of them can still be read.
    expect([health.status, await health.json()]).toMatchObject([200, { ok: true, store: 'failed' }]);
    expect((await fetch(`http://127.0.0.1:${other.port}/`)).status).toBe(200);
    await postgres.start();
    for (const { store, page } of [one, other]) {
      await expect.poll(store.full, { timeout: 20_000 }).toBeUndefined();
      await expect
        .poll(() => lastOf(page, run), { timeout: 10_000 })
        .toMatchObject({ summary: { state: 'ended', judgement: { verdict: 'inconclusive' } } });
    }
    const quick = await runOf(other.page, 'quick');
    await expect.poll(() => stateOf(one.page, quick.run)).toBe('finished');
  });
});
