/** `vantage store copy` with a real PostgreSQL: there and back, killed and gone on, and what it refuses. And the other verbs with `--store`. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeEntry } from '../../src/core/protocol/codec.ts';
import { inconclusive } from '../../src/core/run/judgement.ts';
import { defaultRetention } from '../config/config.ts';
import { lockFolder } from '../files/folderLock.ts';
import { withPassword } from '../store/postgres/address.ts';
import { hasPostgres, startPostgres, type TestPostgres } from '../store/postgres/testing.ts';
import { indexOf, logOf } from '../store/reading.ts';
import { openStore } from '../store/store.ts';
import { entriesOf, headerOf, putLarge, putRun, putSet, stepsOf, summaryOf } from '../store/testing.ts';
import { verbOf } from './verbs.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

describe.skipIf(!hasPostgres)('vantage store copy', { timeout: 240_000 }, () => {
  let postgres: TestPostgres;
  let parent = '';
  let data = '';
  let address = '';
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(() => postgres.close());
  beforeEach(async () => {
    parent = mkdtempSync(join(tmpdir(), 'vantage-copy-'));
    data = join(parent, 'data');
    mkdirSync(join(parent, 'content'));
    address = postgres.address('postgres');
    await postgres.asked('postgres', 'DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  /** A verb in this process. */
  async function vantage(verb: string, ...args: readonly string[]) {
    let [out, err] = ['', ''];
    const exit = await (
      await verbOf(verb)
    ).run(args, {
      ...{ terminal: undefined, signal: new AbortController().signal, root: parent },
      out: (text) => {
        out += text;
      },
      print: (line) => {
        err += `${line}\n`;
      },
    });
    return { exit, out, err };
  }
  const password = () => ['--store-password-file', postgres.passwordFile];
  const copy = (from: string, to: string) => vantage('store', 'copy', from, to, ...password());
  const database = () => ['--store', address, ...password()];

  const inData = (text: string, folder = data) => {
    const index = new DatabaseSync(indexOf(folder));
    try {
      return index.prepare(text).all();
    } finally {
      index.close();
    }
  };
  /** All that an index says, in one order. */
  const tables = [
    'runs ORDER BY run',
    'sets ORDER BY id',
    'members ORDER BY id, place',
    'removed ORDER BY id',
  ];
  const ofFolder = (folder: string) =>
    tables.map((table) => inData(`SELECT * FROM ${table}`, folder).map((row) => ({ ...row })));
  const ofDatabase = async () => {
    const found = [];
    for (const table of tables) {
      const rows = await postgres.asked('postgres', `SELECT * FROM ${table}`);
      found.push(
        rows.map(({ next: _, server: __, bytes, ...row }) =>
          bytes === undefined ? row : { ...row, bytes: Number(bytes) },
        ),
      );
    }
    return found;
  };
  const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const logs = (folder: string) =>
    readdirSync(join(folder, 'runs'))
      .sort()
      .map((name) => [name, hash(readFileSync(join(folder, 'runs', name)))]);

  /** What a server of some months leaves: large, pinned, deleted, lost, damaged and unfinished runs. */
  async function filled() {
    const store = openStore(data);
    const runs: string[] = [];
    const put = async (day: number, more: object = {}) => {
      runs.push(await putRun(store, { day, ...more }));
    };
    await put(0);
    await stepsOf(store.retain({ ...defaultRetention, runs: 0 }, new Date()));
    await put(1, { verdict: 'differs', observed: 'x\n\u001b[2J\u0000ü \u202e', output: '\u0000ü\n' });
    runs.push(await putLarge(store, 3_000_000, { day: 2 }));
    for (const day of [3, 4, 5, 6]) await put(day);
    await store.keeping.keep(runs[1] ?? '', { by: 'Ada', at: new Date(5) }, defaultRetention);
    await store.keeping.noteAsked(runs[3] ?? '', new Date(6));
    await putSet(store, 7, runs.slice(1, 3), true);
    await putSet(store, 8, runs.slice(2, 5));
    // One that the disk did not take to its end, cut within an entry, and one of which it took nothing.
    for (const [day, sizes] of [
      [9, [900_000, 900_000]],
      [10, []],
    ] as const) {
      const header = headerOf({ day });
      const summary = summaryOf(header, { day });
      const log = store.create(header);
      const entries = sizes.flatMap((size) => entriesOf(header, summary, 'y'.repeat(size)).slice(2, 3));
      for (const entry of [...entriesOf(header, summary, '').slice(0, sizes.length), ...entries])
        log.append(encodeEntry(entry));
      log.abandon();
      const problem = { kind: 'not-recorded', message: 'The disk is full.' } as const;
      store.recordFailure({ ...summary, judgement: inconclusive(problem, summary.judgement) });
      if (sizes.length === 0) rmSync(logOf(data, header.run));
      runs.push(header.run);
    }
    const header = headerOf({ day: 11 });
    store.create(header).append(encodeEntry({ seq: 0, at: 0, body: header }));
    store.close();
    const damaged = logOf(data, runs[2] ?? '');
    writeFileSync(damaged, readFileSync(damaged).fill(66, 1_000_000, 1_000_003));
    appendFileSync(logOf(data, runs[4] ?? ''), 'more');
    inData(`UPDATE runs SET pinned = 1, kept_by = '', kept_at = '' WHERE run = '${runs[5]}'`);
    return runs;
  }

  it('takes every record there and back as it is, damage and all, and says when all is there', async () => {
    const runs = await filled();
    const { exit, out, err } = await copy(data, address);
    expect([exit, err]).toEqual([0, '']);
    expect(out).toMatch(/: 9 runs with [\d.]+ MiB and 2 sets were copied and read again\n$/);
    // The bytes behind the end of a log count there.
    inData(`UPDATE runs SET bytes = bytes + 4 WHERE run = '${runs[4]}'`);
    expect(await ofDatabase()).toEqual(ofFolder(data));
    expect((await ofDatabase()).map((rows) => rows.length)).toEqual([9, 2, 5, 1]);
    // The same is damaged, to the same byte, as long as it was judged by its bytes and not by its file.
    const problems = async (...place: readonly string[]) => {
      const found = await vantage('store', 'check', ...place, '--format', 'json');
      return [found.exit, JSON.parse(found.out)];
    };
    const [, { problems: inFolder }] = await problems('--data', data);
    expect(inFolder).toMatchObject([{ about: runs[2] }, { about: runs[4] }]);
    expect(await problems(...database())).toMatchObject([
      1,
      {
        runs: 9,
        running: 0,
        problems: [
          { about: runs[2], kind: 'damaged' },
          { about: runs[4], kind: 'damaged' },
        ],
      },
    ]);

    const again = await copy(data, address);
    expect([again.exit, again.out]).toEqual([
      0,
      `${data} → ${address}: all 9 runs and 2 sets are there already, with the same SHA-256; nothing was copied\n`,
    ]);
    const back = join(parent, 'back');
    expect((await copy(address, back)).exit).toBe(0);
    expect(ofFolder(back)).toEqual(ofFolder(data));
    expect(logs(back)).toEqual(logs(data));
    expect(existsSync(join(back, 'copying'))).toBe(false);
    expect((await copy(address, back)).out).toContain('all 9 runs and 2 sets are there already');
  });

  it('that is killed goes on where it was, in both directions, however often', async () => {
    const store = openStore(data);
    for (let day = 0; day < 32; day += 1) await putRun(store, { day, output: 'x'.repeat(1_000_000) });
    await putSet(store, 33, ['a', 'b']);
    store.close();
    const countIn = (folder: string) =>
      existsSync(indexOf(folder)) ? Number(inData('SELECT count(*) AS n FROM runs', folder)[0]?.['n']) : 0;
    const client = new pg.Client(withPassword(address, 'correct horse'));
    client.on('error', () => {});
    await client.connect();
    const countThere = async () =>
      Number((await client.query<{ n: string }>('SELECT count(*) AS n FROM runs')).rows[0]?.n);
    /** Kills the copy as soon as so many runs are there; false when it came to its end. */
    const killedAt = async (most: number, from: string, to: string, count: () => Promise<number>) => {
      const child = spawn(process.execPath, [main, 'store', 'copy', from, to, ...password()], {
        stdio: 'ignore',
      });
      const ended = once(child, 'exit');
      let isOver = false;
      void ended.then(() => (isOver = true));
      while (!isOver && (await count().catch(() => 0)) < most) await nextTurn();
      child.kill('SIGKILL');
      return (await ended)[1] === 'SIGKILL';
    };
    const back = join(parent, 'back');
    for (const [from, to, count] of [
      [data, address, countThere],
      [address, back, async () => countIn(back)],
    ] as const) {
      const kills: boolean[] = [];
      for (const most of [1, 9]) kills.push(await killedAt(most, from, to, count));
      expect(kills).toEqual([true, true]);
      const { exit, out } = await copy(from, to);
      expect([exit, out]).toEqual([
        0,
        expect.stringMatching(/were copied and read again; \d+ runs and \d sets were there already\n$/),
      ]);
    }
    expect(ofFolder(back)).toEqual(ofFolder(data));
    expect(logs(back)).toEqual(logs(data));
    expect(await ofDatabase()).toEqual(ofFolder(data));
    await client.end();
  });

  it('puts the log of a run in place that has its row already, as a kill between the two leaves it', async () => {
    await filled();
    await copy(data, address);
    const back = join(parent, 'back');
    await copy(address, back);
    const [name = ''] = readdirSync(join(back, 'runs'));
    rmSync(join(back, 'runs', name));
    const { exit, out } = await copy(address, back);
    expect([exit, out]).toEqual([
      0,
      expect.stringMatching(/: 1 run with .* were copied and read again; 8 runs/),
    ]);
    expect(logs(back)).toEqual(logs(data));
  });

  it('changes nothing that is another record, and brings back nothing that was deleted there', async () => {
    const runs = await filled();
    await copy(data, address);
    const [, second = '', , , , , seventh = ''] = runs;
    await postgres.asked('postgres', `UPDATE runs SET summary = '{}' WHERE run = '${second}'`);
    await postgres.asked('postgres', `UPDATE frames SET bytes = 'other' WHERE run = '${seventh}'`);
    await postgres.asked('postgres', "UPDATE sets SET title = 'Mine' WHERE pinned = 0");
    await postgres.asked(
      'postgres',
      `INSERT INTO removed SELECT run, '2026' FROM runs WHERE run = '${runs[5]}'`,
    );
    await postgres.asked('postgres', `DELETE FROM runs WHERE run = '${runs[5]}'`);
    const before = await ofDatabase();
    const { exit, out, err } = await copy(data, address);
    expect([exit, out]).toEqual([
      1,
      expect.stringMatching(/; 1 run were deleted there before and stay so\n$/),
    ]);
    expect(err).toMatch(
      new RegExp(`^different +${second} .* has another record of this id: its summary is another one\n`),
    );
    expect(err).toMatch(
      new RegExp(`different +${seventh} .*: its log has the SHA-256 [0-9a-f]{64} in place of`),
    );
    expect(err).toMatch(/different .*: its title is another one\n$/);
    expect(await ofDatabase()).toEqual(before);
  });

  it('that loses the database says how far it came, and goes on when it is back', async () => {
    const store = openStore(data);
    for (let day = 0; day < 20; day += 1) await putRun(store, { day, output: 'x'.repeat(1_000_000) });
    store.close();
    const ended = copy(data, address).catch(({ message }: Error) => message);
    const count = async () =>
      Number(
        (await postgres.asked('postgres', 'SELECT count(*) AS n FROM runs').catch(() => []))[0]?.['n'] ?? 0,
      );
    await expect.poll(count, { interval: 1 }).toBeGreaterThan(0);
    await postgres.stop('SIGQUIT');
    expect(await ended).toMatch(
      /^The copy was broken off( after \d+ of 20 runs)?: .*\. What is copied is whole, and nothing is lost\. Correct that, and run the same command: it goes on where it was\.$/,
    );
    await postgres.start();
    expect((await copy(data, address)).exit).toBe(0);
    expect(await ofDatabase()).toEqual(ofFolder(data));
  });

  it('puts nothing over a file that the index of the folder does not know', async () => {
    const [, first = ''] = await filled();
    await copy(data, address);
    const back = join(parent, 'back');
    openStore(back).close();
    writeFileSync(logOf(back, first), 'mine');
    await expect(copy(address, back)).rejects.toThrow(/the index does not know the file .*\.log: look at it/);
    expect(readFileSync(logOf(back, first), 'utf8')).toBe('mine');
    rmSync(logOf(back, first));
    expect((await copy(address, back)).exit).toBe(0);
    expect(logs(back)).toEqual(logs(data));
  });

  it.each([
    [
      'two folders',
      () => [data, join(parent, 'other')],
      /Both are folders: .*`vantage store backup` copies a folder/,
    ],
    ['a folder onto itself', () => [data, data], /Both are folders/],
    ['a database onto itself', () => [address, address], /Both are addresses of a PostgreSQL: .*`pg_dump`/],
    ['one place', () => [data], /Expected where the records are and where they shall be/],
    [
      'a URL that is none',
      () => [data, 'postgres://nowhere'],
      /--store: expected an address with user, host and database like/,
    ],
    [
      'a URL of something else',
      () => [data, 'mysql://a@b/c'],
      /--store: expected an address with user, host and database like/,
    ],
    ['a password in it', () => [data, 'postgres://a:b@c/d'], /expected no password in the address/],
    [
      'a wrong password',
      () => [data, address, '--store-password-file', main],
      /does not accept the password of vantage/,
    ],
    [
      'no database of the name',
      () => [data, postgres.address('none'), ...password()],
      /has no database none: make it with/,
    ],
    [
      'a folder without records',
      () => [join(parent, 'none'), address, ...password()],
      /There are no records in .*none/,
    ],
  ])('%s is a sentence', async (_, args, message) => {
    openStore(data).close();
    const files = readdirSync(parent, { recursive: true });
    await expect(vantage('store', 'copy', ...args())).rejects.toThrow(message);
    expect(readdirSync(parent, { recursive: true })).toEqual(files);
  });

  it('waits for nobody: a place that something else uses is refused', async () => {
    openStore(data).close();
    const lock = await lockFolder(data);
    await expect(copy(data, address)).rejects.toThrow(
      /are kept by a docs server that runs now, or by another `vantage`\. Stop it first, and start it with the new place/,
    );
    lock.close();
    const { openPostgresStore } = await import('../store/postgres/store.ts');
    const server = await openPostgresStore(address, postgres.passwordFile);
    await expect(copy(data, address)).rejects.toThrow(
      /Another Vantage uses the database now.* Stop every server/,
    );
    await server.close();
    expect((await copy(data, address)).exit).toBe(0);
  });

  it('the verbs for records read and keep them in PostgreSQL as in a folder', async () => {
    const [, pinned = '', , plain = ''] = await filled();
    await copy(data, address);
    for (const args of [
      ['history'],
      ['history', '--sets', '--format', 'json'],
      ['history', '--verdict', 'differs'],
      ['report', plain, '--format', 'json'],
    ]) {
      const [verb = '', ...more] = args;
      const [there, here] = [
        await vantage(verb, ...more, ...database()),
        await vantage(verb, ...more, '--data', data),
      ];
      expect(there).toEqual(here);
      expect(there.out).not.toBe('');
    }
    const bundle = join(parent, 'bundle.tar.gz');
    const listed = () => spawnSync('tar', ['-xzOf', bundle, `evidence-${plain}/runs/${plain}.log`]).stdout;
    await vantage('bundle', plain, '--output', bundle, '--data', join(parent, 'keys'), ...database());
    expect(hash(listed())).toBe(hash(readFileSync(logOf(data, plain))));
    expect(existsSync(join(parent, 'keys', 'signing_ed25519'))).toBe(true);
    expect((await vantage('store', 'keep', plain, ...database())).out).toContain('is kept');
    expect((await vantage('store', ...database())).out).toMatch(
      new RegExp(`${pinned}  run, .* by Ada since[^]*|${plain}  run, .*\\(vantage store\\)`),
    );
    expect((await vantage('store', 'unkeep', plain, ...database())).out).toContain('no longer kept');
    await expect(vantage('store', 'backup', join(parent, 'b'), ...database())).rejects.toThrow(
      'back them up with `pg_dump`',
    );
    await expect(vantage('history', '--store', address, '--store-password-file', main)).rejects.toThrow(
      'does not accept the password',
    );
    const file = join(parent, 'vantage.yaml');
    writeFileSync(file, `store: ${address}\nstore-password-file: ${postgres.passwordFile}\nkeep-runs: 77\n`);
    expect((await vantage('store', '--config', file)).out).toMatch(/^9 runs .* limits are 77 runs/);
  });

  it('without --store nothing of the client of PostgreSQL is loaded', () => {
    openStore(data).close();
    const watch = `import { registerHooks } from 'node:module'; registerHooks({ resolve(name, context, next) { if (name === 'pg') process.stderr.write('LOADED'); return next(name, context); } });`;
    const loaded = (...args: readonly string[]) =>
      spawnSync(
        process.execPath,
        ['--import', `data:text/javascript,${encodeURIComponent(watch)}`, main, 'history', ...args],
        { encoding: 'utf8' },
      ).stderr.includes('LOADED');
    expect([loaded('--data', data), loaded(...database())]).toEqual([false, true]);
  });
});
