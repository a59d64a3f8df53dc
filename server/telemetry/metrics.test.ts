/** What Prometheus finds: every metric by name, values that follow the facts, and only for this machine. */
import type { EndedRun } from '../../src/core/protocol/down.ts';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { countBytesOut, type ServerFacts } from './facts.ts';
import { type Metrics, registryOf, serveMetrics } from './metrics.ts';

let tell: (writeup: string, summary: EndedRun) => void = () => {};
let sent = 0;
let lastAt: number | undefined;
let fault: string | undefined;
const said: string[] = [];
let kept = (): { runs: number; bytes: number } => ({ runs: 5, bytes: 4096 });
const facts: ServerFacts = {
  active: () => [{ state: 'queued' }, { state: 'queued' }, { state: 'running' }],
  sockets: () => ({ open: 7, followed: 9, queuedBytes: 65_536 }),
  bytesOut: () => sent,
  storeFault: () => fault,
  kept: async () => ({ ...kept(), lastAt }),
  fleets: () =>
    new Map([
      ['wsl', 'ready'],
      ['other', 'starting'],
    ]),
  ended: (listener) => {
    tell = listener;
  },
};
const agreed: EndedRun = {
  ...{ state: 'ended', run: '01ARZ3NDEKTSV4RRFFQ69G5FAV', check: 'c', checkHash: 'h', by: 'Reader 1' },
  ...{ fleet: 'lab', source: 'lab', condition: 'as-documented', startedAt: '2026-11-24T00:00:00Z' },
  ...{ how: 'finished', endedAt: '2026-11-24T00:00:01Z', seconds: 1 },
  judgement: { verdict: 'agrees', findings: [], observed: '', means: '', judge: 1 },
};
let metrics: Metrics;
beforeEach(async () => {
  sent = 0;
  lastAt = undefined;
  metrics = await serveMetrics(facts, { host: '127.0.0.1', port: 0 }, (line) => said.push(line));
});
afterEach(() => metrics.close());
const get = (path: string, host?: string): Promise<{ status: number | undefined; text: string }> =>
  new Promise((resolve, reject) => {
    const url = new URL(path, metrics.address);
    request(url, host === undefined ? {} : { headers: { host } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode, text }));
    })
      .once('error', reject)
      .end();
  });

it('has these metrics of our own, and those of the process with the delay of the event loop', async () => {
  const names = (await registryOf(facts).getMetricsAsJSON()).map(({ name }) => name);
  expect(names.filter((name) => name.startsWith('vantage_')).sort()).toEqual([
    'vantage_fleet_ready',
    'vantage_last_recorded_timestamp_seconds',
    'vantage_runs_followed',
    'vantage_runs_queued',
    'vantage_runs_running',
    'vantage_runs_total',
    'vantage_sent_bytes_total',
    'vantage_socket_queued_bytes',
    'vantage_sockets_open',
    'vantage_store_bytes',
    'vantage_store_ready',
    'vantage_store_runs',
  ]);
  expect(names).toContain('nodejs_eventloop_lag_p99_seconds');
  expect(names).toContain('process_resident_memory_bytes');
});

it('follows the facts: runs by writeup and verdict, queue, pages, store, bytes', async () => {
  tell('w', agreed);
  tell('w', agreed);
  sent = 300;
  expect((await get('/metrics')).text).toContain('vantage_sent_bytes_total 300\n');
  sent = 1000;
  lastAt = 1_795_478_401_000;
  const { status, text } = await get('/metrics');
  expect(status).toBe(200);
  for (const line of [
    'vantage_runs_total{writeup="w",verdict="agrees",source="lab",how="finished"} 2',
    'vantage_runs_queued 2',
    'vantage_runs_running 1',
    'vantage_sockets_open 7',
    'vantage_runs_followed 9',
    'vantage_socket_queued_bytes 65536',
    'vantage_store_runs 5',
    'vantage_store_bytes 4096',
    'vantage_fleet_ready{fleet="wsl"} 1',
    'vantage_fleet_ready{fleet="other"} 0',
    'vantage_sent_bytes_total 1000',
    'vantage_last_recorded_timestamp_seconds 1795478401',
  ])
    expect(text.split('\n')).toContain(line);
});

it('says nothing of the last record before there is one', async () => {
  expect((await get('/metrics')).text).not.toMatch(/^vantage_last_recorded_timestamp_seconds /m);
});

it('answers nobody who asks by another name, and nothing else', async () => {
  expect((await get('/metrics', 'rebound.example.org')).status).toBe(421);
  expect((await get('/metrics', 'localhost:9464')).status).toBe(200);
  expect((await get('/')).status).toBe(404);
});

it('a count that falls is no reason to say nothing: the counter stays, and goes on from there', async () => {
  for (const now of [1000, 400, 1200]) {
    sent = now;
    const { status, text } = await get('/metrics');
    expect([status, /^vantage_sent_bytes_total (\d+)$/m.exec(text)?.[1]]).toEqual([
      200,
      String(Math.max(1000, now)),
    ]);
  }
});

it('a metric that cannot be computed is left out and logged once; the others are there', async () => {
  const whole = kept;
  kept = () => {
    throw new Error('the index is locked');
  };
  try {
    for (const _ of [1, 2]) {
      const { status, text } = await get('/metrics');
      expect(status).toBe(200);
      expect(text).not.toMatch(/^vantage_store_runs /m);
      expect(text).toContain('vantage_sockets_open 7\n');
    }
    expect(said.filter((line) => line.includes('vantage_store_runs'))).toEqual([
      'The metric vantage_store_runs cannot be computed and is left out of /metrics: the index is locked',
    ]);
  } finally {
    kept = whole;
  }
});

it('bytes sent never fall, also when a page that took nothing is cut off', async () => {
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const bytesOut = countBytesOut([http]);
  const gone = new Promise((resolve) => http.once('connection', (socket) => socket.once('close', resolve)));
  // As with an upgrade: the first is on its way and does not get through, the second waits in the socket and is gone with it.
  http.once('connection', (socket) => {
    for (const _ of [1, 2]) socket.write(Buffer.alloc(16 * 1024 * 1024));
  });
  const reader = connect((http.address() as AddressInfo).port, '127.0.0.1');
  reader.pause();
  await expect.poll(bytesOut).toBeGreaterThanOrEqual(32 * 1024 * 1024);
  const before = bytesOut();
  http.closeAllConnections();
  await gone;
  expect(bytesOut()).toBeGreaterThanOrEqual(before);
  reader.destroy();
  http.close();
});
