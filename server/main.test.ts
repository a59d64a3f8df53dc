/** What `node server/main.ts` says to whoever starts it, when it cannot start, or finds its data folder not as it was left. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openStore } from './store/store.ts';
import { headerOf, putRun } from './store/testing.ts';

const place = mkdtempSync(join(tmpdir(), 'vantage-main-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

it('names the temporary folder if that is at fault, not the data folder', () => {
  writeFileSync(join(place, 'index.html'), '<!doctype html>');
  const options = ['--no-lab', '--port', '0', '--site', place, '--data', join(place, 'data')];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`${import.meta.dirname}/main.ts`, ...options],
    { encoding: 'utf8', env: { ...process.env, TMPDIR: '/proc/nowhere' } },
  );
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(
    /^The temporary folder \/proc\/nowhere cannot be written \(ENOENT\)\. Name another one in the environment: TMPDIR=DIRECTORY$/m,
  );
}, 20_000);

it('refuses a site that is built for another path, and a path that is a writeup', () => {
  const site = join(place, 'built');
  mkdirSync(site);
  const start = (built: string, base: string) => {
    writeFileSync(join(site, 'index.html'), `<!doctype html><html lang="en" data-base="${built}">`);
    const options = [
      '--no-lab',
      '--port',
      '0',
      '--site',
      site,
      '--data',
      join(place, 'base'),
      '--base',
      base,
    ];
    const { status, stderr } = spawnSync(process.execPath, [`${import.meta.dirname}/main.ts`, ...options], {
      encoding: 'utf8',
    });
    return `${status} ${stderr}`;
  };
  expect(start('/', '/docs/')).toMatch(
    /^2 .* is built for \/, and not for \/docs\/\. Run: npm start -- --base \/docs\//,
  );
  const writeup = '/wsl2-mirrored-networking/';
  expect(start(writeup, writeup)).toMatch(/^1 --base: .* begins with the name of a writeup/);
}, 20_000);

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
});
const begin = (data: string) => [
  `${import.meta.dirname}/main.ts`,
  '--dev',
  '--no-lab',
  '--port',
  '0',
  '--site',
  place,
  '--data',
  data,
];
/** A server on this folder: its address, and what it said until it had one. */
async function serve(data: string) {
  const child = spawn(process.execPath, begin(data), { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const said = { text: '' };
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.text += text;
  });
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return { child, said, address: /http:\S+/.exec(line)?.[0] ?? '' };
}

it(
  '[R5] one server has a folder, also when its lock was deleted; then it says that it is not well',
  {
    timeout: 40_000,
  },
  async () => {
    const data = join(place, 'one');
    const { child, address } = await serve(data);
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
    rmSync(join(data, 'lock.sqlite'));
    const second = spawnSync(process.execPath, begin(data), { encoding: 'utf8', timeout: 20_000 });
    expect([second.status, second.stderr]).toEqual([
      1,
      expect.stringContaining(
        `The folder for runs, ${data}, is used by another Vantage server. Stop that one, or`,
      ),
    ]);
    const health = await fetch(`${address}/healthz`);
    const message = expect.stringContaining('lock.sqlite is gone');
    const expected = { ok: false, server: hostname(), store: 'failed', fleet: 'none', message };
    expect([health.status, await health.json()]).toEqual([503, expected]);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  },
);

it(
  '[R1] [R2] a start says what it made anew, and ends the lines of the runs that a killed server had accepted',
  {
    timeout: 40_000,
  },
  async () => {
    const data = join(place, 'two');
    const before = openStore(data);
    const kept = await putRun(before, { day: 0 });
    const header = headerOf({ day: 1 });
    before.accept(header);
    before.close();
    const first = await serve(data);
    first.child.kill('SIGTERM');
    await once(first.child, 'exit');
    const ends = () =>
      readFileSync(join(data, 'audit.log'), 'utf8')
        .split('\n')
        .filter((line) => line.includes('"run-ended"'))
        .map((line) => JSON.parse(line));
    expect(ends()).toMatchObject([{ target: `c ${header.run}`, outcome: 'interrupted' }]);
    for (const part of ['', '-wal', '-shm']) rmSync(join(data, `index.sqlite${part}`), { force: true });
    const again = await serve(data);
    expect(again.said.text).toContain('it is made anew from the 2 files in runs/');
    expect((await fetch(`${again.address}/runs/${kept}`)).status).toBe(200);
    expect(await (await fetch(`${again.address}/runs/${header.run}`)).text()).toContain('it was interrupted');
    expect(ends()).toHaveLength(1);
    again.child.kill('SIGTERM');
    await once(again.child, 'exit');
  },
);
