/** Prometheus metrics at `/metrics`, on a loopback address of its own that no proxy or page leads to. */
import { isIP } from 'node:net';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { isLoopback } from '../identity/authMode.ts';
import { listenAt } from '../settings/listen.ts';
import type { Summary } from '../../src/core/protocol/down.ts';
import { messageOf } from '../files/errors.ts';
import { createServer } from '../files/nodeHttp.ts';
import type { ServerFacts } from './facts.ts';

export type Metrics = { readonly address: string; close(): Promise<void> };

/** All metrics, with those of the process (memory, processor, event-loop delay). */
export function registryOf(facts: ServerFacts): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const runs = new Counter({
    ...{ name: 'vantage_runs_total', help: 'Runs that ended since the start.', registers },
    labelNames: ['writeup', 'verdict', 'source', 'how'],
  });
  facts.ended((writeup, { judgement, source, how }) =>
    runs.inc({ writeup, verdict: judgement.verdict, source, how }),
  );
  const gauges: readonly (readonly [
    string,
    string,
    () => number | undefined | Promise<number | undefined>,
  ])[] = [
    ['runs_running', 'Runs that are running.', () => count(facts, 'running')],
    ['runs_queued', 'Runs that wait for a machine.', () => count(facts, 'queued')],
    ['sockets_open', 'Pages that are connected.', () => facts.sockets().open],
    ['runs_followed', 'Streams that pages follow, all pages together.', () => facts.sockets().followed],
    [
      'socket_queued_bytes',
      'Bytes that wait for the page that reads most slowly.',
      () => facts.sockets().queuedBytes,
    ],
    ['store_ready', '1 when runs can be kept.', () => (facts.storeFault() === undefined ? 1 : 0)],
    ['store_runs', 'Runs that are stored.', async () => (await facts.kept()).runs],
    ['store_bytes', 'Bytes of the stored run logs.', async () => (await facts.kept()).bytes],
    [
      'last_recorded_timestamp_seconds',
      'When the last run ended; missing before the first.',
      async () => seconds((await facts.kept()).lastAt),
    ],
  ];
  for (const [name, help, value] of gauges)
    new Gauge({
      ...{ name: `vantage_${name}`, help, registers },
      async collect() {
        const now = await value();
        if (now === undefined) this.remove();
        else this.set(now);
      },
    });
  new Gauge({
    ...{ name: 'vantage_fleet_ready', help: '1 when checks can run on the fleet.', registers },
    labelNames: ['fleet'],
    collect() {
      for (const [fleet, state] of facts.fleets()) this.set({ fleet }, state === 'ready' ? 1 : 0);
    },
  });
  let counted = 0;
  const bytes = new Counter({
    ...{ name: 'vantage_sent_bytes_total', help: 'Bytes sent to clients since the start.', registers },
    collect() {
      const now = Math.max(counted, facts.bytesOut());
      bytes.inc(now - counted);
      counted = now;
    },
  });
  return registry;
}

const count = (facts: ServerFacts, wanted: Summary['state']): number =>
  facts.active().filter(({ state }) => state === wanted).length;
const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);

/** The text of all metrics. One that cannot be computed is left out, and `failed` is called. */
async function writeMetrics(registry: Registry, failed: (name: string, error: unknown) => void) {
  const texts = await Promise.all(
    registry.getMetricsAsArray().map(({ name }) =>
      registry.getSingleMetricAsString(name).catch((error: unknown) => {
        failed(name, error);
        return '';
      }),
    ),
  );
  return `${texts.filter((text) => text !== '').join('\n\n')}\n`;
}

/** Rejects with a sentence when the address cannot be had. */
export async function serveMetrics(
  facts: ServerFacts,
  { host, port }: { readonly host: string; readonly port: number },
  log: (line: string) => void,
): Promise<Metrics> {
  const registry = registryOf(facts);
  const logged = new Set<string>();
  const failed = (name: string, error: unknown) => {
    if (logged.has(name)) return;
    logged.add(name);
    log(`The metric ${name} cannot be computed and is left out of /metrics: ${messageOf(error)}`);
  };
  const http = createServer({ maxHeaderSize: 8192, requestTimeout: 5000 }, (request, response) => {
    const end = (status: number, body: string, type = 'text/plain; charset=utf-8') =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    // Rejects DNS rebinding.
    if (!isOurName(request.headers.host)) return void end(421, 'Ask by the loopback address.\n');
    if (request.url !== '/metrics' || request.method !== 'GET') return void end(404, 'There is /metrics.\n');
    void writeMetrics(registry, failed).then((text) => end(200, text, registry.contentType));
  });
  const at = await listenAt(http, host, port);
  http.unref();
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${at}/metrics`,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

function isOurName(host: string | undefined): boolean {
  const name = host?.replace(/:\d+$/, '').replace(/^\[|\]$/g, '') ?? '';
  return name === 'localhost' || (isIP(name) !== 0 && isLoopback(name));
}
