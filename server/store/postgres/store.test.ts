/** The contract of a store, kept by PostgreSQL; and what an operator reads when it cannot be. */
import { writeFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeEntry } from '../../../src/core/protocol/codec.ts';
import { checkOf, onceStep } from '../../../src/core/testing.ts';
import { testServer } from '../../socket/testing.ts';
import type { Store } from '../contract.ts';
import { storeContract } from '../contract/contract.suite.ts';
import { entriesOf, headerOf, putRun, summaryOf, type TestStore } from '../testing.ts';
import { withPassword } from './address.ts';
import { migrate, namesLock, tooOld } from './schema.ts';
import { openPostgresStore } from './store.ts';
import { hasPostgres, startPostgres, type TestPostgres } from './testing.ts';

if (!hasPostgres) process.stderr.write('The tests of PostgreSQL need the Debian package postgresql-15.\n');

describe.skipIf(!hasPostgres)('PostgreSQL', { timeout: 60_000 }, () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(() => postgres.close());

  const opened = (database: string) => openPostgresStore(postgres.address(database), postgres.passwordFile);
  /** In one database, emptied each time: to make one takes longer than a test. */
  const openPlace = async (): Promise<TestStore> => {
    await postgres.asked('postgres', 'DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    const place = {
      store: await opened('postgres'),
      async reopen() {
        await place.store.close();
        place.store = await opened('postgres');
      },
      close: () => place.store.close(),
    };
    return place;
  };
  storeContract(openPlace);

  const tablesOf = (database: string) =>
    postgres.asked(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
  const refused = (address: string, file: string | undefined) =>
    openPostgresStore(address, file).then(
      () => 'opened',
      ({ message }: Error) => message,
    );

  it('numbers a crowd that comes at once together, in the order of their coming, and answers all else meanwhile', async () => {
    const database = await postgres.database();
    const store = await opened(database);
    const holder = new pg.Client(withPassword(postgres.address(database), 'correct horse'));
    await holder.connect();
    await holder.query(`SELECT pg_advisory_lock(${namesLock})`);
    const crowd = Array.from({ length: 100 }, (_, n) => `reader ${n}`);
    const numbers = Promise.all(crowd.map((reader) => store.shared?.readers.numberOf(reader)));
    expect(await store.latest('w')).toEqual([]);
    await holder.end();
    expect(await numbers).toEqual(crowd.map((_, n) => n + 1));
    const again = ['reader 7', 'one more', 'reader 7', 'reader 99', 'the last'];
    expect(await Promise.all(again.map((reader) => store.shared?.readers.numberOf(reader)))).toEqual([
      ...[8, 101, 8, 100, 102],
    ]);
    await store.close();
  });

  it('that cannot be used is refused in one sentence, which says what to do, and nothing of it is changed', async () => {
    const { passwordFile } = postgres;
    const wrong = `${passwordFile}.wrong`;
    writeFileSync(wrong, 'wrong\n');
    const foreign = await postgres.database();
    await postgres.asked(foreign, 'CREATE TABLE orders (id integer)');
    const newer = await postgres.database();
    const ours = 'CREATE TABLE vantage (version integer); INSERT INTO vantage VALUES (99)';
    await postgres.asked(newer, ours);
    const ofOurName = await postgres.database();
    await postgres.asked(ofOurName, 'CREATE TABLE vantage (version integer, point text)');
    expect([
      await refused(postgres.address(foreign), wrong),
      await refused(postgres.address(foreign), undefined),
      await refused(postgres.address(foreign), '/nowhere'),
      await refused(postgres.address('nowhere'), passwordFile),
      await refused('postgres://vantage@/d1?host=/nowhere', passwordFile),
      await refused(postgres.address(foreign), passwordFile),
      await refused(postgres.address(newer), passwordFile),
      await refused(postgres.address(ofOurName), passwordFile),
      await refused(`${postgres.address(foreign)}&sslmode=verify-full&sslrootcert=/nowhere`, passwordFile),
      await refused(`${postgres.address(foreign)}&sslmode=verify-full`, passwordFile),
      tooOld(149_999),
      tooOld(150_000),
    ]).toEqual([
      expect.stringContaining('does not accept the password of vantage: put the right one into the file'),
      expect.stringContaining('asks for a password: put it into a file'),
      expect.stringContaining('--store-password-file: the file cannot be read (ENOENT)'),
      expect.stringContaining('has no database nowhere: make it with `createdb nowhere`'),
      expect.stringContaining('no PostgreSQL can be used at that address'),
      expect.stringMatching(/has tables of another program \(orders\): make one.* Nothing was changed\.$/),
      expect.stringMatching(/written by a newer Vantage \(99; this one reads \d+\).* Nothing was changed\.$/),
      expect.stringContaining('has tables of another program (vantage): make one'),
      '--store: the address names a file that cannot be read (ENOENT at /nowhere): correct it.',
      expect.stringContaining('The server does not support SSL connections'),
      'Expected PostgreSQL 15 or later, found 14: name a newer one with --store.',
      undefined,
    ]);
    expect(await tablesOf(foreign)).toEqual([{ tablename: 'orders' }]);
  });

  it('gets its tables once, also when several servers start at once, and a migration is whole or not there', async () => {
    const database = await postgres.database();
    for (const store of await Promise.all([1, 2, 3].map(() => opened(database)))) await store.close();
    const steps = ['CREATE TABLE one (id integer)', 'SELECT 1; CREATE TABLE nothing (id unknown_type)'];
    const empty = await postgres.database();
    const client = new pg.Client(withPassword(postgres.address(empty), 'correct horse'));
    await client.connect();
    await expect(migrate(client, steps)).rejects.toThrow('unknown_type');
    await client.end();
    expect(await tablesOf(empty)).toEqual([]);
  });

  it('serves pages as files do: a run, who joins when it is over, its record, its bundle', async () => {
    const limits = { seconds: 60, bytes: 1_000_000 };
    const check = checkOf('flood', [onceStep('s', "head -c 500000 /dev/zero | tr '\\0' x", { limits })]);
    const serve = (store: Store) => testServer([check], undefined, false, undefined, undefined, store);
    const first = await serve((await openPlace()).store);
    const page = await first.connect();
    page.send({ type: 'watch', writeup: 'w' });
    await page.next('welcome');
    page.send({ type: 'run', key: 'click-00000001', checks: ['flood'] });
    const [{ run } = { run: '' }] = (await page.next('accepted')).runs;
    page.send({ type: 'follow', run, from: 0 });
    await page.ended(run);
    const seen = page.entries.get(run);
    await first.close();
    const second = await serve(await opened('postgres'));
    for (const [from, tail] of [
      [0, undefined],
      [2, undefined],
      [0, 100_000],
    ] as const) {
      const late = await second.connect();
      late.send({ type: 'follow', run, from, ...(tail === undefined ? {} : { tail }) });
      const got = () => late.entries.get(run) ?? [];
      await expect.poll(() => got().at(-1)).toEqual(seen?.at(-1));
      if (tail === undefined) expect(got()).toEqual(seen?.slice(from));
    }
    const get = (path: string) => fetch(`http://127.0.0.1:${second.port}/runs/${path}`);
    expect(await (await get('')).text()).toContain(`/runs/${run}`);
    expect((await (await get(`${run}.log`)).text()).length).toBeGreaterThan(500_000);
    for (const path of [run, `${run}.json`, `${run}.bundle.tar.gz`]) {
      const answer = await get(path);
      await answer.arrayBuffer();
      expect([path, answer.status]).toEqual([path, 200]);
    }
    await second.close();
  });

  it('takes nothing more of a run that was declared interrupted elsewhere', async () => {
    const { store, close } = await openPlace();
    const other = await opened('postgres');
    const header = headerOf({ day: 1 });
    const summary = summaryOf(header, { day: 1 });
    const entries = entriesOf(header, summary, 'one\n');
    const log = store.create(header);
    for (const entry of entries.slice(0, 3)) log.append(encodeEntry(entry));
    while ((await other.size(header.run)) === 0);
    const recover = () => other.recover(() => new Date());
    expect(await recover()).toEqual([]);
    // Its server seems dead for a moment.
    const lose = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'";
    await expect
      .poll(async () => {
        await postgres.asked('postgres', lose);
        return recover();
      })
      .toMatchObject([{ how: 'interrupted' }]);
    const size = await other.size(header.run);
    const late = () => {
      for (const entry of entries.slice(3)) log.append(encodeEntry(entry));
      return log.seal(summary);
    };
    await expect(late()).rejects.toThrow('ended by another server');
    expect(await other.size(header.run)).toBe(size);
    expect(await other.summary(header.run)).toMatchObject({ how: 'interrupted' });
    await close();
    await other.close();
  });

  it('that is stopped and started: a sentence meanwhile, no record lost, and all goes on by itself', async () => {
    const { store, close } = await openPlace();
    const run = await putRun(store, { day: 1 });
    const header = headerOf({ day: 2 });
    const log = store.create(header);
    await postgres.stop();
    log.append(encodeEntry({ seq: 0, at: 0, body: header }));
    await expect(log.seal(summaryOf(header, { day: 2 }))).rejects.toThrow();
    expect(store.full()).toMatch(/^The database that keeps the records cannot be written/);
    await postgres.start();
    await expect.poll(store.full, { timeout: 20_000 }).toBeUndefined();
    expect((await store.latest('w')).map((one) => one.run)).toEqual([run]);
    await putRun(store, { day: 3 });
    await close();
  });
});
