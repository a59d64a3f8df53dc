/** Three server processes on one PostgreSQL behind nginx as in `ops/`: a reader in Chromium, while servers are killed and started anew. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SERVER_FLAGS } from '../tools/setup/places.mjs';
import type { Entry } from '../src/core/run/entry.ts';
import { decodeMessage } from '../src/core/protocol/codec.ts';
import { bearer, tokenFile } from '../server/auth/testing.ts';
import { until } from '../server/lab/testing.ts';
import { connectAt, type TestConnection } from '../server/socket/testing-connection.ts';
import { startPostgres, type TestPostgres } from '../server/store/postgres/testing.ts';
import { balancerIn, nginx } from '../server/telemetry/testing.ts';
import { connected, evidenceRow, openBrowser, openReader, openRow, type Reader } from './fixtures/browser.ts';
import { buildCounting } from './fixtures/countingSite.ts';
import { freePort } from '../server/files/testing-port.ts';
import { ada } from './fixtures/users.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const place = mkdtempSync('/tmp/vn-');
const at = (name: string) => join(place, name);
const title = 'It counts';
const lines = 250;

type Server = { readonly name: string; readonly port: number; readonly metrics: number; child: ChildProcess };
const servers: Server[] = [];
let postgres: TestPostgres;
let proxy: ChildProcess;
let browser: Browser;
let origin = '';

async function start(server: Pick<Server, 'name' | 'port' | 'metrics'>): Promise<ChildProcess> {
  const { name, port, metrics } = server;
  const options = {
    ...{ name, port, metrics: `127.0.0.1:${metrics}`, data: at(name), site: at('site'), origin },
    ...{ store: postgres.address('postgres'), 'store-password-file': postgres.passwordFile },
    ...{ inventory: at('inventory.yaml'), auth: 'token', 'auth-file': at('auth.yaml') },
    'trusted-proxy': '127.0.0.1',
  };
  const argv = Object.entries(options).map(([option, value]) => `--${option}=${value}`);
  const child = spawn(process.execPath, [...SERVER_FLAGS, join(root, 'server/main.ts'), ...argv], {
    ...{ cwd: at('tree'), stdio: ['ignore', 'pipe', 'pipe'] },
    env: { ...process.env, VANTAGE_PROJECT: at('tree') },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  await until(
    `${name} has its fleet`,
    () => {
      if (child.exitCode !== null) throw new Error(`expected ${name} to start, found: ${said}`);
      return said.includes('Vantage is at') && said.includes('Ready: ');
    },
    60_000,
  );
  return child;
}
const stop = async ({ child }: Server, signal: 'SIGKILL' | 'SIGTERM') => {
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
};

beforeAll(async () => {
  buildCounting(place, title, lines);
  postgres = await startPostgres();
  const front = await freePort();
  origin = `http://127.0.0.1:${front}`;
  writeFileSync(at('auth.yaml'), tokenFile([ada]), { mode: 0o600 });
  writeFileSync(
    at('inventory.yaml'),
    'backend:\n  hosts:\n    here: { ansible_host: 127.0.0.1, ansible_connection: local }\n',
  );
  for (const name of ['docs-1', 'docs-2', 'docs-3']) {
    const server = { name, port: await freePort(), metrics: await freePort() };
    servers.push({ ...server, child: await start(server) });
  }
  const arguments_ = balancerIn(
    place,
    front,
    servers.map(({ port }) => port),
  );
  proxy = spawn(nginx, [...arguments_, '-g', 'daemon off;'], { stdio: 'ignore' });
  browser = await openBrowser();
  await until('nginx listens', () => existsSync(at('pid')));
});
afterAll(async () => {
  await browser?.close();
  if (proxy?.exitCode === null && proxy.kill('SIGQUIT')) await once(proxy, 'close');
  for (const server of servers)
    if (server.child.exitCode === null && server.child.signalCode === null) await stop(server, 'SIGKILL');
  await postgres?.close();
  rmSync(place, { recursive: true, force: true });
});

/** Pages that are connected to a server. */
const pagesAt = async ({ metrics }: Server): Promise<number> =>
  Number(
    /^vantage_sockets_open (\d+)$/m.exec(
      await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text(),
    )?.[1],
  );
const serverOfPage = async (): Promise<Server> => {
  for (const server of servers) if ((await pagesAt(server)) > 0) return server;
  throw new Error('expected a page at one of the servers');
};
const otherThan = (one: Server): Server => servers[(servers.indexOf(one) + 1) % servers.length] ?? one;
/** A program that runs the check at one server, whatever nginx does. */
async function runAt({ port }: Server): Promise<{ readonly run: string; readonly program: TestConnection }> {
  const program = await connectAt(`ws://127.0.0.1:${port}/ws`, {
    headers: { origin: `http://127.0.0.1:${port}`, ...bearer(ada) },
  });
  program.send({ type: 'watch', writeup: 'load' });
  await program.next('welcome');
  program.send({ type: 'run', key: `click-${Date.now()}`, checks: ['ticks'] });
  const [begun] = (await program.next('accepted')).runs;
  if (begun === undefined || begun.joined) throw new Error('expected a run of its own');
  return { run: begun.run, program };
}
/** What a page was sent of each run, over all its sockets. */
function sentTo({ page }: Reader): Map<string, Entry[]> {
  const sent = new Map<string, Entry[]>();
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      if (typeof payload === 'string') return;
      const { run, entries } = decodeMessage(Uint8Array.from(payload));
      sent.set(run, [...(sent.get(run) ?? []), ...entries]);
    }),
  );
  return sent;
}
const outputOf = (entries: readonly Entry[]) =>
  Buffer.concat(entries.flatMap(({ body }) => (body.kind === 'output' ? [body.bytes] : []))).toString();
const expected = Array.from({ length: lines }, (_, nth) => `line ${nth + 1} of ${lines}\n`).join('');
const sha = (text: string) => createHash('sha256').update(text).digest('hex');

async function visit(): Promise<Reader> {
  const reader = await openReader(browser, origin);
  await reader.page.goto(`${origin}/load/`);
  await reader.page.getByLabel('Your token').fill(ada.token);
  await reader.page.getByRole('button', { name: 'Sign in' }).click();
  await reader.page.waitForURL(`${origin}/load/`);
  return reader;
}
const disturbed = /WebSocket connection|failed: |ERR_CONNECTION|40[13]|50[24]/;

it('the limits and the log of a server know the reader by the address that nginx saw, and believe nothing that the reader writes', async () => {
  const answered = Promise.withResolvers<IncomingMessage>();
  const headers = { authorization: 'Bearer vantage_nobody', 'x-forwarded-for': '203.0.113.1' };
  get(`${origin}/load/`, { localAddress: '127.0.0.9', headers }, answered.resolve);
  expect((await answered.promise).statusCode).toBe(401);
  const refused = servers.flatMap(({ name }) =>
    readFileSync(at(`${name}/audit-refused.log`), 'utf8').split('\n'),
  );
  expect(refused.filter((line) => line.includes('wrong-token'))).toEqual([
    expect.stringContaining('"peer":"127.0.0.9"'),
  ]);
});

it('a reader whose server is killed goes on at another one, where they were, and with the same session', async () => {
  const reader = await visit();
  const sent = sentTo(reader);
  await reader.page.reload();
  await connected(reader.page);
  const theirs = await serverOfPage();
  const other = otherThan(theirs);
  const { run, program } = await runAt(other);
  await openRow(reader.page, 'ticks');
  await expect.poll(() => outputOf(sent.get(run) ?? []).split('\n').length).toBeGreaterThan(50);
  await stop(theirs, 'SIGKILL');
  const before = outputOf(sent.get(run) ?? []);
  await reader.page.getByRole('status').getByText('Connected').waitFor();
  await evidenceRow(reader.page, title).locator('v-verdict').getByText('agrees', { exact: true }).waitFor();
  await expect.poll(() => sent.get(run)?.at(-1)?.body.kind).toBe('closed');
  const entries = sent.get(run) ?? [];
  expect(before.length).toBeLessThan(expected.length);
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, nth) => nth));
  expect(sha(outputOf(entries))).toBe(sha(expected));
  const shown = await reader.page.locator('#ticks v-terminal .twin').first().textContent();
  expect(shown?.match(/line \d+ of/g)).toHaveLength(lines);
  program.close();
  theirs.child = await start(theirs);
  await reader.leave(disturbed);
});

it('a run of the server that is killed is interrupted on the page within five seconds', async () => {
  const reader = await visit();
  await connected(reader.page);
  const theirs = await serverOfPage();
  const other = otherThan(theirs);
  const { run } = await runAt(other);
  await reader.page
    .locator('#ticks')
    .getByRole('button', { name: /Stop|Cancel/ })
    .first()
    .waitFor();
  await stop(other, 'SIGKILL');
  const killed = performance.now();
  await evidenceRow(reader.page, title).getByText('interrupted').waitFor();
  expect(performance.now() - killed).toBeLessThan(5000);
  const record = await reader.page.request.get(`${origin}/runs/${run}.json`);
  expect(await record.json()).toMatchObject({ rows: [{ state: 'interrupted' }] });
  other.child = await start(other);
  await reader.leave(disturbed);
});

it('servers that are started anew one after the other lose no run and no reader', async () => {
  const reader = await visit();
  await connected(reader.page);
  const runs: string[] = [];
  for (const server of servers) {
    const { run, program } = await runAt(server);
    runs.push(run);
    await stop(server, 'SIGTERM');
    expect(await program.closed).toBe(1012);
    server.child = await start(server);
  }
  for (const run of runs) {
    const record = await (await reader.page.request.get(`${origin}/runs/${run}.json`)).json();
    expect(JSON.stringify(record)).toContain(`line ${lines} of ${lines}`);
    expect(record).toMatchObject({ rows: [{ state: 'finished', verdict: 'agrees' }] });
  }
  await connected(reader.page);
  await reader.leave(disturbed);
});
