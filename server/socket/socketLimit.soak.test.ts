/** Of three thousand connections two thousand get in; open pages notice nothing, and nothing of the others remains. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../lab/testing.ts';
import { subProtocol } from '../../src/core/protocol/version.ts';

const most = 2000;
const crowd = 3000;
const first = 10;

const directory = mkdtempSync(join(tmpdir(), 'vantage-crowd-'));
let server: ChildProcess;
let address = '';
beforeAll(async () => {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const place = ['--port', '0', '--data', join(directory, 'data'), '--site', directory];
  server = spawn(process.execPath, [...process.execArgv, main, '--dev', '--no-lab', ...place], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  server.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  await until('the server is there', () => /Vantage is at http\S+\n/.test(said), 20_000);
  address = /http\S+/.exec(said)?.[0] ?? '';
});
afterAll(async () => {
  if (server.exitCode === null) {
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
  rmSync(directory, { recursive: true, force: true });
});

const open: WebSocket[] = [];
/** The status of a refusal, or 101. */
const openSocket = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${address.replace('http', 'ws')}/ws`, subProtocol, { origin: address });
    socket.once('open', () => {
      open.push(socket);
      resolve(101);
    });
    socket.once('unexpected-response', (_, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.once('error', reject);
  });
const files = () => readdirSync(`/proc/${server.pid}/fd`).length;

it('[T11] of 3000 sockets 2000 come in and 1000 get 503; those who were there are answered within a second; the files go back', async () => {
  const before = files();
  for (let n = 0; n < first; n += 1) expect(await openSocket()).toBe(101);
  const [page] = open;
  if (page === undefined) throw new Error('expected a page');
  let slowest = 0;
  let asked = 0;
  let answers = 0;
  const ask = () => {
    asked = performance.now();
    page.ping();
  };
  page.on('pong', () => {
    answers += 1;
    slowest = Math.max(slowest, performance.now() - asked);
    ask();
  });
  ask();

  const statuses = new Map<number, number>([[101, first]]);
  for (let n = first; n < crowd; n += 100) {
    const group = Array.from({ length: Math.min(100, crowd - n) }, openSocket);
    for (const status of await Promise.all(group)) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect(Object.fromEntries(statuses)).toEqual({ 101: most, 503: crowd - most });
  expect(answers).toBeGreaterThan(100);
  expect(slowest).toBeLessThan(1000);
  expect(open.every(({ readyState }) => readyState === WebSocket.OPEN)).toBe(true);

  for (const socket of open.splice(0)) socket.close();
  await expect
    .poll(() => Math.abs(files() - before), { timeout: 60_000, interval: 250 })
    .toBeLessThanOrEqual(5);
  expect(await openSocket()).toBe(101);
  for (const socket of open) socket.close();
  // Strangers beyond so many a minute are counted, not written down one by one.
  const lines = readFileSync(join(directory, 'data/audit-refused.log'), 'utf8').trim().split('\n');
  // 120 of one address in a minute, and a sum: over the border of two minutes twice as many.
  expect(lines.length).toBeLessThan(250);
  expect(lines.filter((line) => line.includes('2000 sockets are open')).length).toBeGreaterThan(100);
});
