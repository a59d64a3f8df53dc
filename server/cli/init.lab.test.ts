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

test('[C40] a check with parameters runs as a row for each value, and its file is no check', () => {
  const checks = join(root, 'content/loopback-only/checks');
  const text = readFileSync(join(checks, 'refused-from-client.yaml'), 'utf8')
    .replace('id: refused-from-client\n', 'id: refused\nparameters: { port: [8000, 8080] }\n')
    .replace('From the client', 'Port <<port>> from the client')
    .replaceAll('198.51.100.3:8000', '198.51.100.3:<<port>>')
    .replace('198.51.100.3 port 8000', '198.51.100.3 port <<port>>');
  writeFileSync(join(checks, 'refused.yaml'), text);
  const { status, stdout } = vantage('run', 'refused-8000', 'refused-8080', '--format', 'json');
  expect(status).toBe(0);
  const { rows } = JSON.parse(stdout) as {
    rows: { check: string; verdict: string; steps: { command: string }[] }[];
  };
  expect(
    rows.map(({ check, verdict, steps }) => [check, verdict, /:\d+\/$/.exec(steps[2]?.command ?? '')?.[0]]),
  ).toEqual([
    ['refused-8000', 'agrees', ':8000/'],
    ['refused-8080', 'agrees', ':8080/'],
  ]);
  expect(vantage('run', 'refused')).toMatchObject({
    status: 3,
    stderr: expect.stringContaining('There is no check "refused". Did you mean refused-8000'),
  });
  expect(vantage('new', 'check', 'refused-8080', '--on', 'server', '--', 'true')).toMatchObject({
    status: 3,
    stderr: expect.stringContaining('refused.yaml makes the check refused-8080: take another id'),
  });
});
