/** A disk that gets full under a server, in a mount namespace of its own: no lab is needed. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('./full.testing.ts', import.meta.url));

it('a run that fills the disk ends as not recorded; new ones are refused while it is full; documents are served; with room again it records', async () => {
  const directory = mkdtempSync('/tmp/vf-');
  const tiny = `mount -t tmpfs -o size=8m none "$0" && exec "$@"`;
  const asUser = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const { stdout } = await promisify(execFile)(
    'unshare',
    [...asUser, '--mount', '--', '/bin/sh', '-c', tiny, directory, process.execPath, script, directory],
    { timeout: 50_000, maxBuffer: 8 * 1024 * 1024 },
  );
  rmSync(directory, { recursive: true, force: true });
  const told = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  expect(told.before).toMatchObject({ state: 'ended', judgement: { verdict: 'agrees' } });
  expect(told.lost).toMatchObject({
    judgement: {
      verdict: 'inconclusive',
      problem: { kind: 'not-recorded', say: expect.stringContaining('the disk is full') },
    },
  });
  const [status, page] = told.page;
  expect(status).toBe(200);
  expect(page).toContain('could not be written to disk');
  expect(page).toContain('damaged');
  expect(told.after).toMatchObject({ state: 'ended', judgement: { verdict: 'agrees' } });
  expect(told.refused).toMatchObject({
    type: 'refused',
    say: expect.stringMatching(/disk .* is full .* was not started/s),
  });
  expect(told.docs).toEqual([200, 200, 200]);
  expect(told.again).toMatchObject({ state: 'ended', judgement: { verdict: 'agrees' } });
});
