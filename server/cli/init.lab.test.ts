// `vantage init`, `new check` and `run` in an empty folder, with real labs: the template agrees in its lab, and so does a check that is written from it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'vi-'));
afterAll(() => {
  vantage('lab', 'down');
  rmSync(root, { recursive: true, force: true });
});
function vantage(...args: readonly string[]) {
  const env = { ...process.env, VANTAGE_PROJECT: root, XDG_RUNTIME_DIR: root };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`${import.meta.dirname}/main.ts`, ...args],
    {
      ...{ env, encoding: 'utf8' },
    },
  );
  return { status, stdout, stderr };
}

test('[C2] [C22] from nothing to a verdict, and from a command to another one', () => {
  expect(vantage('init')).toMatchObject({ status: 0 });
  const checks = join(root, 'content/loopback-only/checks');
  const missing = vantage('new', 'check', 'none', '--on', 'client', '--', 'no-such-tool');
  expect(missing).toMatchObject({ status: 3, stderr: expect.stringContaining('has no `no-such-tool`') });
  expect(readdirSync(checks)).toEqual(['refused-from-client.yaml']);

  expect(vantage('lab', 'up')).toMatchObject({ status: 0 });
  expect(vantage('run', '--all')).toMatchObject({ status: 0, stdout: expect.stringContaining('reproduces') });
  const made = vantage('new', 'check', 'port', '--on', 'server', '--', "ss -tln | grep -c ':8000'");
  expect(made).toMatchObject({ status: 0, stdout: expect.stringContaining("grep -c ':8000'\n1\nexit 0") });
  const unwritten = vantage('run', 'port');
  expect(unwritten).toMatchObject({ status: 3, stderr: expect.stringContaining('port.yaml:') });
  expect(unwritten.stderr).toContain('claim: still to be written: one sentence');
  const file = join(checks, 'port.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('TODO:', 'Written:'));
  expect(vantage('run', 'port')).toMatchObject({ status: 0, stdout: expect.stringContaining('agrees') });
});
