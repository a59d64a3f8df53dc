/** A whole server as a process of its own: killed in mid-run, with a full disk, and beside another one. What rows then say is left to `faults.lab.test.ts`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { decodeMessage } from '../../src/core/protocol/codec.ts';
import { type Down, downSchema, type Summary } from '../../src/core/protocol/down.ts';
import { subProtocol } from '../../src/core/protocol/version.ts';
import { defaultDirectory } from '../lab/directory.ts';
import type { Lab } from '../lab/lab.ts';
import { alive, family, until } from '../lab/testing.ts';
import { startTestLab, testLab } from '../lab/testing-lab.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const writeup = 'wsl2-mirrored-networking';
/** The lab's place follows from it, so that no lab of this project that is up already is touched. */
const place = mkdtempSync('/tmp/vs-');
const { XDG_RUNTIME_DIR: before } = process.env;
let lab: Lab;
const children: ChildProcess[] = [];

beforeAll(async () => {
  Object.assign(process.env, { XDG_RUNTIME_DIR: place });
  // Without the other lab, which each server would bring up.
  const content = fileURLToPath(new URL('../../content', import.meta.url));
  const filter = (path: string) => !path.endsWith('/pmtu-black-hole');
  cpSync(content, `${place}/project/content`, { recursive: true, filter });
  // Detached: it outlives a server that is killed, and so shows what the dead server leaves on the machines.
  lab = await startTestLab({ directory: defaultDirectory(testLab.name), mode: 'detached', log: () => {} });
});
afterEach(async () => {
  for (const child of children.splice(0)) await end(child, 'SIGTERM');
});
afterAll(async () => {
  await lab.stop();
  if (before === undefined) Reflect.deleteProperty(process.env, 'XDG_RUNTIME_DIR');
  else Object.assign(process.env, { XDG_RUNTIME_DIR: before });
  rmSync(place, { recursive: true, force: true });
});

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

type Served = { readonly child: ChildProcess; readonly port: number };
/** Starts `node server/main.ts` behind `prefix`, and resolves when it serves. */
async function serve(
  data: string,
  prefix: readonly string[] = [],
  env: Record<string, string> = {},
  wanted = 0,
): Promise<Served> {
  const site = mkdtempSync(`${place}/site-`);
  writeFileSync(`${site}/index.html`, '<!doctype html><title>site</title>');
  const own = [process.execPath, main, '--port', String(wanted), '--data', data, '--site', site];
  const [program = '', ...rest] = [...prefix, ...own];
  const child = spawn(program, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, VANTAGE_PROJECT: `${place}/project`, ...env },
  });
  children.push(child);
  let said = '';
  let over = false;
  child.once('close', () => {
    over = true;
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (bytes) => {
      said += String(bytes);
    });
  await until(`the server serves; it said: ${said}`, () => / is at http/.test(said) || over);
  const port = Number(/ is at http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]);
  if (!(port > 0)) throw new Error(`expected a server, found: ${said}`);
  return { child, port };
}

type Page = {
  readonly heard: readonly Down[];
  readonly output: () => string;
  send(message: object): void;
  ended(check: string): Promise<Extract<Summary, { state: 'ended' }>>;
  close(): void;
};
async function open(port: number, state: 'ready' | 'none' = 'ready'): Promise<Page> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, subProtocol, {
    origin: `http://127.0.0.1:${port}`,
  });
  socket.binaryType = 'nodebuffer';
  const heard: Down[] = [];
  let output = '';
  socket.on('error', () => {});
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) return void heard.push(downSchema.parse(JSON.parse(data.toString())));
    for (const { body } of decodeMessage(Uint8Array.from(data)).entries)
      if (body.kind === 'output') output += new TextDecoder().decode(body.bytes);
  });
  await once(socket, 'open');
  const send = (message: object) => socket.send(JSON.stringify(message));
  send({ type: 'watch', writeup });
  const ready = (message: Down) =>
    (message.type === 'welcome' || message.type === 'fleet') && message.fleet.state === state;
  await until(`the fleet is ${state}`, () => heard.some(ready), 20_000);
  return {
    heard,
    output: () => output,
    send,
    close: () => socket.close(),
    async ended(check) {
      const mark = heard.length;
      const find = () =>
        heard
          .slice(mark)
          .flatMap((message) =>
            message.type === 'summary' && message.summary.check === check && message.summary.state === 'ended'
              ? [message.summary]
              : [],
          )[0];
      await until(`${check} has ended`, () => find() !== undefined, 20_000);
      const found = find();
      if (!found) throw new Error('unreachable');
      return found;
    },
  };
}
const health = (port: number): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/healthz' }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .once('error', reject)
      .end();
  });
const onBackend = async (line: string) =>
  (await lab.exec('backend', ['/bin/sh', '-c', line], { asRoot: true })).stdout;

it('kill -9 of the server in mid-run leaves nothing running, and the next server says that it was interrupted', async () => {
  const data = mkdtempSync(`${place}/data-`);
  const { child, port } = await serve(data);
  const page = await open(port);
  // Silence keeps the capture's stimulus, and so the capture, under way for 3 s.
  await lab.setCondition('healthy');
  await onBackend(
    'nft "table inet hang { chain in { type filter hook input priority 0; tcp dport 8443 drop; }; }"',
  );
  page.send({ type: 'run', key: 'click-0001', checks: ['tcpdump-any'] });
  await until('the run is accepted', () => page.heard.some(({ type }) => type === 'accepted'));
  const accepted = page.heard.find((message) => message.type === 'accepted');
  const run = accepted?.type === 'accepted' ? (accepted.runs[0]?.run ?? '') : '';
  page.send({ type: 'follow', run, from: 0 });
  await until('the connection is tried under the capture', () => page.output().includes('8443: Flags [S]'));
  expect(await onBackend('pgrep -x tcpdump; pgrep -x curl')).toMatch(/^\d+\n\d+\n/);
  const own = family(child.pid ?? 0);
  expect(own.length).toBeGreaterThan(3);
  await end(child, 'SIGKILL');
  const killedAt = performance.now();
  // The capture would end by itself after 9 s: sooner than that is the work of the lease.
  await until(
    'no capture on the machine',
    async () => (await onBackend('pgrep -x "tcpdump|curl"')) === '',
    8000,
  );
  const seconds = (performance.now() - killedAt) / 1000;
  // The service of the machine runs under the same user.
  await expect
    .poll(() => onBackend('ps -u autobot -o comm=,args= | grep -v ^standin; true'), { timeout: 8000 })
    .toBe('');
  await until('no client of the dead server here', () => !own.some(alive));
  expect(seconds).toBeLessThan(8);
  await onBackend('nft delete table inet hang');
  await lab.setCondition('as-documented');

  const next = await serve(data);
  const again = await open(next.port);
  const welcome = again.heard.find((message) => message.type === 'welcome');
  expect(welcome?.type === 'welcome' && welcome.latest).toMatchObject([
    {
      run,
      check: 'tcpdump-any',
      how: 'interrupted',
      judgement: { verdict: 'inconclusive', problem: { kind: 'interrupted' } },
    },
  ]);
  again.send({ type: 'run', key: 'click-0002', checks: ['tcpdump-any'] });
  expect((await again.ended('tcpdump-any')).judgement.verdict).toBe('agrees');
  again.close();
});

it('a full disk: a new run is refused and says so, the server serves on, and with room again it records', async () => {
  const data = mkdtempSync(`${place}/full-`);
  // A file system of 1 MiB, in a mount namespace of the server's own.
  const tiny = `mount -t tmpfs -o mode=700,size=1m none "$0" && exec "$@"`;
  const asUser = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const { child, port } = await serve(data, [
    'unshare',
    ...asUser,
    '--mount',
    '--',
    '/bin/sh',
    '-c',
    tiny,
    data,
  ]);
  const page = await open(port);
  page.send({ type: 'run', key: 'click-0001', checks: ['route-lookup'] });
  expect((await page.ended('route-lookup')).judgement.verdict).toBe('agrees');
  const filler = `/proc/${child.pid}/root${data}/filler`;
  expect(() => writeFileSync(filler, Buffer.alloc(2 * 1024 * 1024))).toThrow('ENOSPC');
  page.send({ type: 'run', key: 'click-0002', checks: ['route-lookup'] });
  const refused = () =>
    page.heard.find((message) => message.type === 'refused' && message.key === 'click-0002');
  await until('the run is refused', () => refused() !== undefined);
  expect(refused()).toMatchObject({ message: expect.stringMatching(/disk .* is full .* was not started/s) });
  expect(await health(port)).toBe(200);
  rmSync(filler);
  page.send({ type: 'run', key: 'click-0003', checks: ['route-lookup'] });
  expect((await page.ended('route-lookup')).judgement.verdict).toBe('agrees');
  page.close();
});

it('a second server is told who has the lab, and serves all the same; one on the same port does not start', async () => {
  const env = { XDG_RUNTIME_DIR: mkdtempSync(`${place}/two-`) };
  const first = await serve(mkdtempSync(`${place}/data-`), [], env);
  (await open(first.port)).close();
  const second = await serve(mkdtempSync(`${place}/data-`), [], env);
  const page = await open(second.port, 'none');
  const views = page.heard.flatMap((message) =>
    message.type === 'welcome' || message.type === 'fleet' ? [message.fleet] : [],
  );
  expect(views.at(-1)).toMatchObject({
    state: 'none',
    message: expect.stringContaining(`Another docs server (process ${first.child.pid}) has the lab`),
  });
  expect(await health(second.port)).toBe(200);
  page.close();
  await expect(serve(mkdtempSync(`${place}/data-`), [], env, first.port)).rejects.toThrow(
    new RegExp(`found: Port ${first.port} on 127\\.0\\.0\\.1 is in use[^\\n]*\\n$`),
  );
});
