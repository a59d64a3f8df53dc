/** What `node server/main.ts` says to whoever starts it, when it cannot start. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const place = mkdtempSync(join(tmpdir(), 'vantage-main-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

it('names the folder for passing files where that is at fault, not the one for runs', () => {
  writeFileSync(join(place, 'index.html'), '<!doctype html>');
  const options = ['--no-lab', '--port', '0', '--site', place, '--data', join(place, 'data')];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`${import.meta.dirname}/main.ts`, ...options],
    { encoding: 'utf8', env: { ...process.env, TMPDIR: '/proc/nowhere' } },
  );
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(
    /^The folder for passing files, \/proc\/nowhere, cannot be written \(ENOENT\)\. Name another one in the environment: TMPDIR=DIRECTORY$/m,
  );
});
