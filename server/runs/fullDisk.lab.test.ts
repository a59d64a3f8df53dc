/** A disk that gets full under a server, or is full when one starts, in a mount namespace of its own: no lab is needed. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** Runs a line of shell where the folder, its `$0`, is a file system of eight MiB of its own, or of so few inodes. */
async function onTinyDisk(directory: string, line: string, args: readonly string[], size = 'size=8m') {
  const asUser = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const apart = [...asUser, '--mount', '--', '/bin/sh', '-c'];
  const mounted = `mount -t tmpfs -o mode=700,${size} none "$0" && ${line}`;
  const limits = { timeout: 50_000, maxBuffer: 8 * 1024 * 1024 };
  try {
    return await promisify(execFile)('unshare', [...apart, mounted, directory, ...args], limits);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const script = fileURLToPath(new URL('./fullDisk.testing.ts', import.meta.url));

it('a run that fills the disk ends as not recorded; new ones are refused while it is full; documents are served; with room again it records', async () => {
  const directory = mkdtempSync('/tmp/vf-');
  const { stdout } = await onTinyDisk(directory, 'exec "$@"', [process.execPath, script, directory]);
  const told = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  expect(told.before).toMatchObject({ state: 'ended', judgement: { verdict: 'agrees' } });
  expect(told.lost).toMatchObject({
    judgement: {
      verdict: 'inconclusive',
      problem: { kind: 'not-recorded', message: expect.stringContaining('the disk is full') },
    },
  });
  const [status, page] = told.page;
  expect(status).toBe(200);
  expect(page).toContain('could not be written to disk');
  expect(page).toContain('damaged');
  expect(told.after).toMatchObject({ state: 'ended', judgement: { verdict: 'agrees' } });
  expect(told.refused).toMatchObject({
    type: 'refused',
    message: expect.stringMatching(/disk .* is full .* was not started/s),
  });
  expect(told.docs).toEqual([200, 200, 200]);
  expect(told.again).toMatchObject({ state: 'ended', judgement: { verdict: 'agrees' } });
});

it('the audit log on a disk that gets full: nothing is started while it is, no line is torn or lost, and with room again it goes on', async () => {
  const directory = mkdtempSync('/tmp/vf-');
  const own = fileURLToPath(new URL('../audit/fullDisk.testing.ts', import.meta.url));
  const { stdout } = await onTinyDisk(directory, 'exec "$@"', [process.execPath, own, directory]);
  const told = JSON.parse(stdout);
  expect(told.before).toBeNull();
  expect(told.full).toContain('nothing is started or changed');
  expect(told.after).toBeNull();
  expect(told.faults).toEqual([expect.stringContaining('ENOSPC')]);
  // A part of a line was there before the disk was full.
  expect(told.tornBytes).toBeGreaterThan(0);
  expect(told.targets).toEqual(Array.from({ length: told.written }, (_, nth) => `line ${nth}`));
});

it('a server that starts on a full disk ends with a sentence that says so, and not that another server has the folder', async () => {
  const directory = mkdtempSync('/tmp/vf-');
  const server = fileURLToPath(new URL('../main.ts', import.meta.url));
  const start = ['--dev', '--no-lab', '--port', '0', '--site', directory, '--data', directory];
  const filled = '{ cat /dev/zero >"$0/filler" 2>/dev/null; ! "$@" 2>&1; }';
  const { stdout } = await onTinyDisk(directory, filled, [process.execPath, server, ...start]);
  expect(stdout).toBe(
    `The disk of the folder for runs, ${directory}, is full, so no run can be kept. Make room there and start again, or choose another folder: npm start -- --data DIRECTORY\n`,
  );
});

it('a server that starts on a disk without inodes says that, and not that bytes are missing', async () => {
  const directory = mkdtempSync('/tmp/vf-');
  const server = fileURLToPath(new URL('../main.ts', import.meta.url));
  const start = ['--dev', '--no-lab', '--port', '0', '--site', directory, '--data', directory];
  const filled = '{ n=0; while touch "$0/filler-$n" 2>/dev/null; do n=$((n + 1)); done; ! "$@"; } 2>&1';
  const { stdout } = await onTinyDisk(
    directory,
    filled,
    [process.execPath, server, ...start],
    'size=64m,nr_inodes=50',
  );
  expect(stdout).toContain(
    `The disk of the folder for runs, ${directory}, can take no more files, though it has bytes left (\`df -i\` counts its inodes), so no run can be kept. Remove files that nobody needs from that disk and start again, or choose another folder: npm start -- --data DIRECTORY\n`,
  );
});
