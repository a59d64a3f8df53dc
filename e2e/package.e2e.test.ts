/** Another team's first ten minutes: the package in an empty folder, a verdict in the browser below a path behind nginx, and a check of their own. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../server/lab/testing.ts';
import { nginx, nginxIn, tlsSite } from '../server/telemetry/testing.ts';
import { connected, evidenceRow, openBrowser, runBy, runButton, shoot } from './fixtures/browser.ts';
import { freePort } from '../server/files/testing-port.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const place = mkdtempSync('/tmp/vp-');
const team = join(place, 'team');
const title = 'From the client to the service';
/** As the team has it: their own Node, an empty cache of npm, and nothing of this repository. */
const env = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /^(?:HOME|LANG|npm_config_|\w*_proxy$)/i.test(name)),
  ),
  PATH: (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(root))
    .join(delimiter),
  npm_config_cache: join(place, 'npm'),
};
const running: ReturnType<typeof spawn>[] = [];

/** Runs a command in the team's folder. Its output, with what it says on standard error; throws unless it ends with this status. */
function run(line: string, status = 0, more: Readonly<Record<string, string>> = {}): string {
  const [program = '', ...args] = line.split(' ');
  const ended = spawnSync(program, args, { cwd: team, env: { ...env, ...more }, encoding: 'utf8' });
  const text = `${ended.stdout}${ended.stderr}`;
  expect(ended.status, `${line}\n${text}`).toBe(status);
  return text;
}

beforeAll(() => {
  mkdirSync(team);
  execFileSync('npm', ['pack', '--silent', '--pack-destination', place], { cwd: root, stdio: 'inherit' });
  const [tarball = ''] = readdirSync(place).filter((name) => name.endsWith('.tgz'));
  run('npm init -y');
  run(`npm install --no-audit --no-fund ${join(place, tarball)}`);
}, 600_000);
afterAll(async () => {
  for (const child of running.reverse())
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'close');
  rmSync(place, { recursive: true, force: true });
});

it('is one command from an empty folder to a first writeup, and never overwrites', () => {
  expect(run('npx vantage start', 3)).toContain('There is no content/ in');
  expect(run('npx vantage init')).toContain('Next: npx vantage start');
  expect(run('npx vantage init', 3)).toContain('content is there already');
  expect(readFileSync(join(team, 'content/loopback-only/checks/refused-from-client.yaml'), 'utf8')).toMatch(
    /^# yaml-language-server: \$schema=\.\.\/\.\.\/\.\.\/node_modules\/vantage\/schemas\/check\.json$/m,
  );
});

it('shows a verdict in the browser, below a path, behind nginx', async () => {
  const [port, at] = [await freePort(), await freePort()];
  const origin = `https://127.0.0.1:${at}`;
  const start = `vantage start --port ${port} --base /docs/ --origin ${origin}`;
  const server = spawn('npx', start.split(' '), { cwd: team, env, stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(server);
  let said = '';
  server.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  mkdirSync(join(place, 'nginx'));
  const site = tlsSite(join(place, 'nginx'), at, { '/docs/': `http://127.0.0.1:${port}` });
  running.push(
    spawn(nginx, [...nginxIn(join(place, 'nginx'), () => site), '-g', 'daemon off;'], { stdio: 'inherit' }),
  );
  await until('the lab is up', () => said.includes('Vantage is at'), 120_000);
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ ignoreHTTPSErrors: true, reducedMotion: 'reduce' });
    await page.goto(`${origin}/docs/loopback-only/`);
    await connected(page);
    const row = evidenceRow(page, title);
    await runBy(page, runButton(row, title), ['refused-from-client']);
    await row.locator('v-verdict').getByText('agrees', { exact: true }).waitFor();
    await shoot(page, 'package');
    // Of the site that was built for it.
    expect(run('npx vantage test --no-lab', 0, { VANTAGE_BASE: '/docs/' })).toContain('3 passed, 0 failed');
  } finally {
    await browser.close();
  }
}, 200_000);

it('has a check of their own from one command, and is told of a fault of it by file and line', () => {
  run('npx vantage new check uptime --on client -- cat /proc/sys/kernel/ostype');
  const file = join(team, 'content/loopback-only/checks/uptime.yaml');
  const draft = readFileSync(file, 'utf8');
  expect(run('npx vantage try uptime --once', 1)).toMatch(/uptime\.yaml:\d+: .*TODO/);
  const written = draft.replaceAll(/TODO: ?/g, '');
  writeFileSync(file, written);
  expect(run('npx vantage try uptime --once')).toContain('samples hold');
  // Others are tested where `try` is.
  writeFileSync(file, written.replace('effect: read', 'efect: read'));
  expect(run('npx vantage try uptime --once', 1)).toMatch(/uptime\.yaml:\d+: .*efect/);
}, 120_000);
