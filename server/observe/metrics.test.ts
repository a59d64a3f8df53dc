/** What Prometheus finds: every metric by name, values that follow the facts, and only for this machine. */
import { request } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EndedSummary, Facts } from './facts.ts';
import { type Metrics, registryOf, serveMetrics } from './metrics.ts';

let tell: (writeup: string, summary: EndedSummary) => void = () => {};
let sent = 0;
let lastAt: number | undefined;
const facts: Facts = {
  now: () => ({ queued: 2, running: 1 }),
  sockets: () => ({ open: 7, followed: 9, queuedBytes: 65_536 }),
  bytesOut: () => sent,
  kept: () => ({ runs: 5, bytes: 4096, lastAt }),
  fleet: () => 'ready',
  ended: (listener) => {
    tell = listener;
  },
};
const agreed: EndedSummary = {
  ...{ state: 'ended', run: '01ARZ3NDEKTSV4RRFFQ69G5FAV', check: 'c', checkHash: 'h', by: 'Reader 1' },
  ...{ fleet: 'lab', provenance: 'lab', condition: 'as-documented', startedAt: '2026-11-24T00:00:00Z' },
  ...{ how: 'finished', endedAt: '2026-11-24T00:00:01Z', seconds: 1 },
  judgement: { verdict: 'agrees', findings: [], observed: '', means: '', judge: 1 },
};
let metrics: Metrics;
beforeEach(async () => {
  sent = 0;
  lastAt = undefined;
  metrics = await serveMetrics(facts, { host: '127.0.0.1', port: 0 });
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
    'vantage_runs_total{writeup="w",verdict="agrees",provenance="lab",how="finished"} 2',
    'vantage_runs_queued 2',
    'vantage_runs_running 1',
    'vantage_sockets_open 7',
    'vantage_runs_followed 9',
    'vantage_socket_queued_bytes 65536',
    'vantage_store_runs 5',
    'vantage_store_bytes 4096',
    'vantage_fleet_ready 1',
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
