/** `vantage store copy` with a real PostgreSQL: there and back, killed and gone on, and beside other records. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPostgres } from '../store/postgres/testing.ts';
import { openStore } from '../store/store.ts';
import { putRun, putSet } from '../store/testing.ts';
import { type CopyBench, openCopyBench } from './storeCopy.testing.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Code that kills its process before it writes to the database, or names a file, for so many times. */
const killAfter = (target: string) => (times: number) =>
  `data:text/javascript,${encodeURIComponent(`
    import fs from 'node:fs';
    import { Socket } from 'node:net';
    import { syncBuiltinESMExports } from 'node:module';
    const [of, name] = ${target};
    const real = of[name];
    let left = ${times};
    of[name] = function (...args) {
      if (left === 0) process.kill(process.pid, 'SIGKILL');
      left -= 1;
      return real.apply(this, args);
    };
    syncBuiltinESMExports();`)}`;
const killedAt = { write: killAfter("[Socket.prototype, 'write']"), rename: killAfter("[fs, 'renameSync']") };

describe.skipIf(!hasPostgres)('vantage store copy', { timeout: 240_000 }, () => {
  let bench: CopyBench;
  beforeAll(async () => {
    bench = await openCopyBench();
  }, 60_000);
  afterAll(() => bench.close());

  it('takes every record there and back as it is, damage and all, and says when all is there', async () => {
    const { data, back, address, database, vantage, copy, inData, ofFolder, ofDatabase, logs, filled } =
      await bench.fresh();
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
    expect(await problems(...database)).toMatchObject([
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
    expect((await copy(address, back)).exit).toBe(0);
    expect(ofFolder(back)).toEqual(ofFolder(data));
    expect(logs(back)).toEqual(logs(data));
    expect(existsSync(join(back, 'copying'))).toBe(false);
    expect((await copy(address, back)).out).toContain('all 9 runs and 2 sets are there already');
  });

  it('that is killed goes on where it was, in both directions, however often', async () => {
    const { data, back, address, password, copy, ofFolder, ofDatabase, logs } = await bench.fresh();
    const store = openStore(data);
    for (let day = 0; day < 20; day += 1) await putRun(store, { day, output: 'x'.repeat(1_000_000) });
    await putSet(store, 21, ['a', 'b']);
    store.close();
    for (const [from, to, kills] of [
      [data, address, [killedAt.write(12), killedAt.write(350)]],
      [address, back, [killedAt.write(40), killedAt.rename(3)]],
    ] as const) {
      for (const kill of kills) {
        const args = ['--import', kill, main, 'store', 'copy', from, to, ...password];
        expect(spawnSync(process.execPath, args).signal).toBe('SIGKILL');
      }
      const { exit, out } = await copy(from, to);
      expect([exit, out]).toEqual([
        0,
        expect.stringMatching(/were copied and read again; [1-9]\d* runs and 0 sets were there already\n$/),
      ]);
    }
    expect(ofFolder(back)).toEqual(ofFolder(data));
    expect(logs(back)).toEqual(logs(data));
    expect(await ofDatabase()).toEqual(ofFolder(data));
  });

  it('changes nothing that is another record, and brings back nothing that was deleted there', async () => {
    const { data, address, copy, ofDatabase, filled } = await bench.fresh();
    const runs = await filled();
    await copy(data, address);
    const [, second = '', , , , , seventh = ''] = runs;
    await bench.postgres.asked('postgres', `UPDATE runs SET summary = '{}' WHERE run = '${second}'`);
    await bench.postgres.asked('postgres', `UPDATE frames SET bytes = 'other' WHERE run = '${seventh}'`);
    await bench.postgres.asked('postgres', "UPDATE sets SET title = 'Mine' WHERE pinned = 0");
    await bench.postgres.asked(
      'postgres',
      `INSERT INTO removed SELECT run, '2026' FROM runs WHERE run = '${runs[5]}'`,
    );
    await bench.postgres.asked('postgres', `DELETE FROM runs WHERE run = '${runs[5]}'`);
    const before = await ofDatabase();
    const { exit, out, err } = await copy(data, address);
    expect([exit, out]).toEqual([
      1,
      expect.stringMatching(/; deleted there before, and not brought back: 1 run\n$/),
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
    const { data, address, password, vantageOn, copy, ofFolder, ofDatabase } = await bench.fresh();
    const store = openStore(data);
    for (let day = 0; day < 20; day += 1) await putRun(store, { day, output: 'x'.repeat(1_000_000) });
    store.close();
    const signs: string[] = [];
    let stopped: Promise<void> | undefined;
    const terminal = {
      columns: () => 80,
      write(sign: string) {
        signs.push(sign);
        stopped ??= bench.postgres.stop('SIGQUIT');
      },
    };
    await expect(vantageOn(terminal, 'store', 'copy', data, address, ...password)).rejects.toThrow(
      /^The copy was broken off after 8 of 20 runs: .*\. What is copied is whole, and nothing is lost\. Correct that, and run the same command: it goes on where it was\.$/,
    );
    expect(signs).toEqual(['\r\u001b[K8 of 20 runs · 7.6 MiB', '\r\u001b[K']);
    await stopped;
    await bench.postgres.start();
    expect((await copy(data, address)).exit).toBe(0);
    expect(await ofDatabase()).toEqual(ofFolder(data));
  });
});
