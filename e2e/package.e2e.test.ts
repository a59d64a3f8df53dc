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
import { freePort } from './fixtures/server.ts';

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

/** What an author may get wrong in the written check, and what is said. */
const faults: readonly (readonly [what: string, from: string | RegExp, to: string, said: RegExp])[] = [
  ['a field with a typing error', 'effect: read', 'efect: read', /uptime\.yaml:\d+: .*efect/],
  ['an effect that there is not', 'effect: read', 'effect: reads', /uptime\.yaml:\d+: .*effect/],
  ['a role that nobody plays', 'role: client', 'role: clinet', /uptime\.yaml:\d+: .*clinet/],
  ['no command', /command: .*/, 'command: ""', /uptime\.yaml:\d+: /],
  ['an expectation of a step that is none', 'step: command', 'step: comand', /uptime\.yaml:\d+: .*comand/],
  ['an accepted sample that the check rejects', 'exit: 0', 'exit: 1', /uptime\.yaml:\d+: /],
  ['a matcher that there is not', 'kind: exit', 'kind: exits', /uptime\.yaml:\d+: /],
  ['an id that is not the name of its file', 'id: uptime', 'id: up', /uptime\.yaml:\d+: .*uptime/],
  ['a line out of its place', 'effect: read', '  effect: read', /uptime\.yaml:\d+: /],
  ['a title with nothing in it', /title: .*/, 'title: ""', /uptime\.yaml:\d+: .*title/],
];

it('has a check of their own from one command, and tells each of ten faults of it by file and line', () => {
  run('npx vantage new check uptime --on client -- cat /proc/sys/kernel/ostype');
  const file = join(team, 'content/loopback-only/checks/uptime.yaml');
  const draft = readFileSync(file, 'utf8');
  expect(run('npx vantage try uptime --once', 1)).toMatch(/uptime\.yaml:\d+: .*TODO/);
  const written = draft.replaceAll(/TODO: ?/g, '');
  writeFileSync(file, written);
  expect(run('npx vantage try uptime --once')).toContain('samples hold');
  for (const [what, from, to, said] of faults) {
    writeFileSync(file, written.replace(from, to));
    expect(run('npx vantage try uptime --once', 1), what).toMatch(said);
  }
}, 120_000);
