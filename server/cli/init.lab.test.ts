// `vantage init`, `new check` and `run` in an empty folder, with real labs: the template agrees in its lab, and so does a check that is written from it.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runHere } from './command/testing.ts';

const root = mkdtempSync(join(tmpdir(), 'vi-'));
afterAll(async () => {
  await vantage('lab', 'down');
  rmSync(root, { recursive: true, force: true });
});
const vantage = (...args: readonly string[]) => runHere(root, { XDG_RUNTIME_DIR: root }, args);

test('[C2] [C22] from nothing to a verdict, and from a command to another one', async () => {
  expect(await vantage('init')).toMatchObject({ exit: 0 });
  const checks = join(root, 'content/loopback-only/checks');
  const missing = await vantage('new', 'check', 'none', '--on', 'client', '--', 'no-such-tool');
  expect(missing).toMatchObject({ exit: 3, stderr: expect.stringContaining('has no `no-such-tool`') });
  expect(readdirSync(checks)).toEqual(['refused-from-client.yaml']);

  expect(await vantage('lab', 'up')).toMatchObject({ exit: 0 });
  expect(await vantage('run', '--all')).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('reproduces'),
  });
  const made = await vantage('new', 'check', 'port', '--on', 'server', '--', "ss -tln | grep -c ':8000'");
  expect(made).toMatchObject({ exit: 0, stdout: expect.stringContaining("grep -c ':8000'\n1\nexit 0") });
  const unwritten = await vantage('run', 'port');
  expect(unwritten).toMatchObject({ exit: 3, stderr: expect.stringContaining('port.yaml:') });
  expect(unwritten.stderr).toContain('claim: still to be written: one sentence');
  const file = join(checks, 'port.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('TODO:', 'Written:'));
  expect(await vantage('run', 'port')).toMatchObject({ exit: 0, stdout: expect.stringContaining('agrees') });
});

test('[C40] a check with parameters runs as a row for each value, and its file is no check', async () => {
  const checks = join(root, 'content/loopback-only/checks');
  const text = readFileSync(join(checks, 'refused-from-client.yaml'), 'utf8')
    .replace('id: refused-from-client\n', 'id: refused\nparameters: { port: [8000, 8080] }\n')
    .replace('From the client', 'Port <<port>> from the client')
    .replaceAll('198.51.100.3:8000', '198.51.100.3:<<port>>')
    .replace('198.51.100.3 port 8000', '198.51.100.3 port <<port>>');
  writeFileSync(join(checks, 'refused.yaml'), text);
  const { exit, stdout } = await vantage('run', 'refused-8000', 'refused-8080', '--format', 'json');
  expect(exit).toBe(0);
  const { rows } = JSON.parse(stdout) as {
    rows: { check: string; verdict: string; steps: { command: string }[] }[];
  };
  expect(
    rows.map(({ check, verdict, steps }) => [check, verdict, /:\d+\/$/.exec(steps[2]?.command ?? '')?.[0]]),
  ).toEqual([
    ['refused-8000', 'agrees', ':8000/'],
    ['refused-8080', 'agrees', ':8080/'],
  ]);
  expect(await vantage('run', 'refused')).toMatchObject({
    exit: 3,
    stderr: expect.stringContaining('There is no check "refused". Did you mean refused-8000'),
  });
  expect(await vantage('new', 'check', 'refused-8080', '--on', 'server', '--', 'true')).toMatchObject({
    exit: 3,
    stderr: expect.stringContaining('refused.yaml makes the check refused-8080: take another id'),
  });
});
