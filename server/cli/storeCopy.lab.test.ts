/** `vantage store copy` onto a disk that gets full, in a mount namespace of its own: no lab is needed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { hasPostgres, startPostgres } from '../store/postgres/testing.ts';
import { putRun, testStore } from '../store/testing.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const script = `mount -t tmpfs -o mode=700,size=12m none "$0"
  copy() { "$@"; echo "exit $?"; }
  copy "$@"; ls "$0/data"; mount -o remount,size=64m "$0"; copy "$@"`;

it.skipIf(!hasPostgres)(
  'a copy that fills the disk says so, keeps what is whole, and goes on when there is room',
  async () => {
    const postgres = await startPostgres();
    const place = testStore();
    for (let day = 0; day < 20; day += 1) await putRun(place.store, { day, output: 'x'.repeat(1_000_000) });
    place.store.close();
    const address = postgres.address('postgres');
    const password = ['--store-password-file', postgres.passwordFile];
    const verb = [main, 'store', 'copy'];
    expect(spawnSync(process.execPath, [...verb, place.directory, address, ...password]).status).toBe(0);
    const small = mkdtempSync(join(tmpdir(), 'vantage-small-'));
    const asUser = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
    const args = [process.execPath, ...verb, address, join(small, 'data'), ...password];
    const { stdout, stderr } = spawnSync(
      'unshare',
      [...asUser, '--mount', '--', '/bin/sh', '-c', script, small, ...args],
      { encoding: 'utf8' },
    );
    expect(stderr).toMatch(
      /^vantage: The copy was broken off after [1-9]\d* of 20 runs: ENOSPC.* goes on where it was\.\n$/,
    );
    expect(stdout).toMatch(
      /^exit 3\nindex\.sqlite\nlock\.sqlite\nruns\n.* → .*: \d+ runs with .* were copied and read again; [1-9]\d* runs and 0 sets were there already\nexit 0\n$/,
    );
    rmSync(small, { recursive: true });
    rmSync(place.directory, { recursive: true });
    await postgres.close();
  },
);
