/** The server's facts for Prometheus, at `/metrics` of a loopback address of its own: no proxy and no page leads there by mistake. */
import { createServer } from 'node:http';
import { isIP } from 'node:net';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { isLoopback } from '../identity/authMode.ts';
import { listenAt } from '../settings/listen.ts';
import type { Facts } from './serverFacts.ts';

export type Metrics = { readonly address: string; close(): Promise<void> };

/** Every metric, on top of those of the process (memory, processor, event-loop delay). Which there are is tested word for word. */
export function registryOf(facts: Facts): Registry {
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
  const gauge = (name: string, help: string, value: () => number | undefined) =>
    new Gauge({
      ...{ name: `vantage_${name}`, help, registers },
      collect() {
        const now = value();
        if (now === undefined) this.remove();
        else this.set(now);
      },
    });
  gauge('runs_running', 'Runs that are being taken.', () => facts.now().running);
  gauge('runs_queued', 'Runs that wait for a machine.', () => facts.now().queued);
  gauge('sockets_open', 'Pages that are connected.', () => facts.sockets().open);
  gauge('runs_followed', 'Streams that pages follow, all pages together.', () => facts.sockets().followed);
  gauge('socket_queued_bytes', 'Bytes that wait for the page that reads most slowly.', () => {
    return facts.sockets().queuedBytes;
  });
  gauge('fleet_ready', '1 when there are machines to take evidence from.', () =>
    facts.fleet() === 'ready' ? 1 : 0,
  );
  gauge('store_runs', 'Runs that are kept.', () => facts.kept().runs);
  gauge('store_bytes', 'Bytes of the streams that are kept.', () => facts.kept().bytes);
  gauge('last_recorded_timestamp_seconds', 'When the last run ended; missing before the first.', () => {
    const { lastAt } = facts.kept();
    return lastAt === undefined ? undefined : lastAt / 1000;
  });
  let told = 0;
  const bytes = new Counter({
    ...{ name: 'vantage_sent_bytes_total', help: 'Bytes sent to clients since the start.', registers },
    collect() {
      const now = Math.max(told, facts.bytesOut());
      bytes.inc(now - told);
      told = now;
    },
  });
  return registry;
}

/** The text of every metric that can be computed. One that cannot is left out, and logged the first time. */
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
  facts: Facts,
  { host, port }: { readonly host: string; readonly port: number },
  log: (line: string) => void,
): Promise<Metrics> {
  const registry = registryOf(facts);
  const logged = new Set<string>();
  const failed = (name: string, error: unknown) => {
    if (logged.has(name)) return;
    logged.add(name);
    const why = error instanceof Error ? error.message : String(error);
    log(`The metric ${name} cannot be computed and is left out of /metrics: ${why}`);
  };
  const http = createServer({ maxHeaderSize: 8192, requestTimeout: 5000 }, (request, response) => {
    const end = (status: number, body: string, type = 'text/plain; charset=utf-8') =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    // A name that was rebound to us comes from a page somewhere else.
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
