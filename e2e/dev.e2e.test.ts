/** `npm run dev`: pages as Astro makes them at the moment, and the server behind them, at one origin. Without machines: those are for other tests. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../server/lab/testing.ts';
import { subProtocol } from '../src/core/protocol/version.ts';
import { freePort } from '../server/files/testing-port.ts';
import { writeup } from './fixtures/server.ts';

/** Astro reads all content and bundles the dependencies before its first page. */
const startMs = 100_000;

const data = mkdtempSync('/tmp/vd-');
let origin = '';
let said = '';
let stop = async (): Promise<void> => {};

beforeAll(async () => {
  const port = await freePort('localhost');
  origin = `http://localhost:${port}`;
  const program = fileURLToPath(new URL('../tools/dev.mjs', import.meta.url));
  const { NODE_ENV: _, VITEST: __, ...env } = process.env;
  const child = spawn(process.execPath, [program, '--port', String(port), '--no-lab', '--data', data], {
    env,
  });
  const ended = once(child, 'close');
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  const both = () => child.exitCode !== null || (said.includes('Vantage is at') && said.includes(origin));
  await until('server and pages are there', both, startMs);
  expect(child.exitCode, said).toBeNull();
}, startMs + 10_000);
afterAll(async () => {
  await stop();
  rmSync(data, { recursive: true, force: true });
});

it('serves page, health and socket at one address, and refuses the socket to a page of another site', async () => {
  const page = await fetch(`${origin}/${writeup}/`);
  expect(page.status).toBe(200);
  const text = await page.text();
  expect(text.includes('172.16.168.20:8443')).toBe(true);
  expect(text.includes('/@vite/client'), 'it is made now, and not from the last build').toBe(true);
  expect(await (await fetch(`${origin}/healthz`)).json()).toEqual({
    ok: true,
    server: hostname(),
    store: 'ready',
    fleet: 'none',
  });
  expect((await fetch(`${origin}/badge/${writeup}.json`)).status).toBe(200);

  const socket = socketFrom(origin);
  const welcome = once(socket, 'message').then(([bytes]) => JSON.parse(String(bytes)));
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'watch', writeup }));
  expect(await welcome).toMatchObject({ type: 'welcome' });
  socket.close();

  const [refused] = await once(socketFrom('http://evil.test'), 'error');
  expect(String(refused)).toContain('403');
  expect((await fetch(`${origin}/runs/`, { headers: { origin: 'http://evil.test' } })).status).toBe(403);
}, 60_000);

const socketFrom = (from: string): WebSocket =>
  new WebSocket(`${origin.replace('http', 'ws')}/ws`, subProtocol, { origin: from });
