/** Records in PostgreSQL from the command line: what a copy refuses, and the other verbs with `--store`. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockFolder } from '../files/folderLock.ts';
import { hasPostgres } from '../store/postgres/testing.ts';
import { logOf } from '../store/reading.ts';
import { openStore } from '../store/store.ts';
import { type CopyBench, hash, openCopyBench } from './storeCopy.testing.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
type Place = Awaited<ReturnType<CopyBench['fresh']>>;

describe.skipIf(!hasPostgres)('records in PostgreSQL', { timeout: 240_000 }, () => {
  let bench: CopyBench;
  beforeAll(async () => {
    bench = await openCopyBench();
  }, 60_000);
  afterAll(() => bench.close());

  it('puts nothing over a file that the index of the folder does not know', async () => {
    const { data, back, address, copy, logs, filled } = await bench.fresh();
    const [, first = ''] = await filled();
    await copy(data, address);
    openStore(back).close();
    writeFileSync(logOf(back, first), 'mine');
    await expect(copy(address, back)).rejects.toThrow(/the index does not know the file .*\.log: look at it/);
    expect(readFileSync(logOf(back, first), 'utf8')).toBe('mine');
    rmSync(logOf(back, first));
    expect((await copy(address, back)).exit).toBe(0);
    expect(logs(back)).toEqual(logs(data));
  });

  it.each<readonly [string, (place: Place) => readonly string[], RegExp]>([
    [
      'two folders',
      ({ data, parent }) => [data, join(parent, 'other')],
      /Both are folders: .*`vantage store backup` copies a folder/,
    ],
    ['a folder onto itself', ({ data }) => [data, data], /Both are folders/],
    [
      'a database onto itself',
      ({ address }) => [address, address],
      /Both are addresses of a PostgreSQL: .*`pg_dump`/,
    ],
    ['one place', ({ data }) => [data], /Expected where the records are and where they shall be/],
    [
      'a URL that is none',
      ({ data }) => [data, 'postgres://nowhere'],
      /--store: expected an address with user, host and database like/,
    ],
    [
      'a URL of something else',
      ({ data }) => [data, 'mysql://a@b/c'],
      /--store: expected an address with user, host and database like/,
    ],
    ['a password in it', ({ data }) => [data, 'postgres://a:b@c/d'], /expected no password in the address/],
    [
      'a wrong password',
      ({ data, address }) => [data, address, '--store-password-file', main],
      /does not accept the password of vantage/,
    ],
    [
      'no database of the name',
      ({ data, password }) => [data, bench.postgres.address('none'), ...password],
      /has no database none: make it with/,
    ],
    [
      'a folder without records',
      ({ parent, address, password }) => [join(parent, 'none'), address, ...password],
      /There are no records in .*none/,
    ],
  ])('%s is a sentence', async (_, args, message) => {
    const place = await bench.fresh();
    const { data, parent, vantage } = place;
    openStore(data).close();
    const files = readdirSync(parent, { recursive: true });
    await expect(vantage('store', 'copy', ...args(place))).rejects.toThrow(message);
    expect(readdirSync(parent, { recursive: true })).toEqual(files);
  });

  it('waits for nobody: a place that something else uses is refused', async () => {
    const { data, address, copy } = await bench.fresh();
    openStore(data).close();
    const lock = await lockFolder(data);
    await expect(copy(data, address)).rejects.toThrow(
      /are kept by a docs server that runs now, or by another `vantage`\. Stop it first, and start it with the new place/,
    );
    lock.close();
    const { openPostgresStore } = await import('../store/postgres/store.ts');
    const server = await openPostgresStore(address, bench.postgres.passwordFile);
    await expect(copy(data, address)).rejects.toThrow(
      /^Another Vantage uses the database now.* Stop every server.* then start the copy again\.$/,
    );
    await server.close();
    expect((await copy(data, address)).exit).toBe(0);
  });

  it('the verbs for records read and keep them in PostgreSQL as in a folder', async () => {
    const { parent, data, address, database, vantage, copy, filled } = await bench.fresh();
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
        await vantage(verb, ...more, ...database),
        await vantage(verb, ...more, '--data', data),
      ];
      expect(there).toEqual(here);
      expect(there.out).not.toBe('');
    }
    const bundle = join(parent, 'bundle.tar.gz');
    const packed = () => spawnSync('tar', ['-xzOf', bundle, `evidence-${plain}/runs/${plain}.log`]).stdout;
    await vantage('bundle', plain, '--output', bundle, '--data', join(parent, 'keys'), ...database);
    expect(hash(packed())).toBe(hash(readFileSync(logOf(data, plain))));
    expect(existsSync(join(parent, 'keys', 'signing_ed25519'))).toBe(true);
    expect((await vantage('store', 'keep', plain, ...database)).out).toContain('is kept');
    const listed = (await vantage('store', ...database)).out;
    expect(listed).toMatch(new RegExp(`${pinned}  run, .* by Ada since`));
    expect(listed).toMatch(new RegExp(`${plain}  run, .*\\(vantage store\\)`));
    expect((await vantage('store', 'unkeep', plain, ...database)).out).toContain('no longer kept');
    await expect(vantage('store', 'backup', join(parent, 'b'), ...database)).rejects.toThrow(
      'back them up with `pg_dump`',
    );
    await expect(vantage('history', '--store', address, '--store-password-file', main)).rejects.toThrow(
      'does not accept the password',
    );
    const file = join(parent, 'vantage.yaml');
    writeFileSync(
      file,
      `store: ${address}\nstore-password-file: ${bench.postgres.passwordFile}\nkeep-runs: 77\n`,
    );
    expect((await vantage('store', '--config', file)).out).toMatch(/^9 runs .* limits are 77 runs/);
  });

  it('without --store nothing of the client of PostgreSQL is loaded', async () => {
    const { data, database } = await bench.fresh();
    openStore(data).close();
    const watch = `import { registerHooks } from 'node:module'; registerHooks({ resolve(name, context, next) { if (name === 'pg') process.stderr.write('LOADED'); return next(name, context); } });`;
    const loaded = (...args: readonly string[]) =>
      spawnSync(
        process.execPath,
        ['--import', `data:text/javascript,${encodeURIComponent(watch)}`, main, 'history', ...args],
        { encoding: 'utf8' },
      ).stderr.includes('LOADED');
    expect([loaded('--data', data), loaded(...database)]).toEqual([false, true]);
  });
});
