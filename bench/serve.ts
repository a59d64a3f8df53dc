/** The real server in a process of its own, so that its memory and its event loop are its own. What is asked of it is left to the measurements. */
import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { authByDefault } from '../server/identity/authMode.ts';
import { defaultRetention } from '../server/config/config.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { startServer } from '../server/server.ts';

/** What this process says to the one that started it. */
export type Word =
  | { readonly ready: { readonly address: string; readonly pid: number } }
  | { readonly failed: string }
  | { readonly look: ProbeResult };
/** What it is asked: to look at itself, after a collection of garbage where that is to be had; `begins` when a part begins with it. */
export type Question = { readonly collect: boolean; readonly begins: boolean };
export type ProbeResult = {
  /** Since the part began. */
  readonly delayMs: { readonly p99: number; readonly most: number };
  /** Since the start: how often it was measured, and what each thousandth of that was at most. */
  readonly delayOfAll: { readonly count: number; readonly thousandthsMs: readonly number[] };
  /** The most that waited for one page since the look before, seen every 20 ms. */
  readonly queuedBytes: number;
  readonly descriptors: number;
  readonly children: number;
  readonly heldMib: number;
  readonly residentMib: number;
};

const readyLimitMs = 40_000;
/** `mode` and `file`: people sign in, and there are no machines. */
const [data = '', site = '', content = '', port = '0', mode, file] = process.argv.slice(2);
const auth = file === undefined ? authByDefault : ({ mode: mode === 'oidc' ? mode : 'token', file } as const);
const tell = (word: Word) => process.send?.(word);

const lines: string[] = [];
const server = await startServer(
  {
    host: '127.0.0.1',
    port: Number(port),
    data,
    site,
    origins: [],
    auth,
    keep: defaultRetention,
    fleet: auth.mode === 'local' ? { kind: 'lab' } : { kind: 'none', message: 'No machines here.' },
  },
  content,
  (line) => void lines.push(line),
);
const stop = () => void server.close().finally(() => process.exit(0));
process.once('disconnect', stop);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);

/** Node tells how long it was between two turns of a timer of so many ms, not how late the second one was. */
const resolution = 10;
const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolution);
const delay = monitorEventLoopDelay({ resolution });
const whole = monitorEventLoopDelay({ resolution });
delay.enable();
whole.enable();
let queuedBytes = 0;
setInterval(() => {
  queuedBytes = Math.max(queuedBytes, server.facts.sockets().queuedBytes);
}, 20).unref();
process.on('message', ({ collect, begins }: Question) => {
  const delayMs = { p99: late(delay.percentile(99)), most: late(delay.max) };
  const thousandthsMs = Array.from({ length: 1000 }, (_, index) => late(whole.percentile((index + 1) / 10)));
  const delayOfAll = { count: whole.count, thousandthsMs };
  if (collect) globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const [heldMib, residentMib] = [(heapUsed + external) / 2 ** 20, rss / 2 ** 20];
  tell({
    look: {
      delayMs,
      delayOfAll,
      queuedBytes,
      descriptors: readdirSync('/proc/self/fd').length,
      children: process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap').length,
      heldMib,
      residentMib,
    },
  });
  queuedBytes = 0;
  if (begins) delay.reset();
});

const deadline = performance.now() + readyLimitMs;
let view = server.fleet.view();
while (view.state === 'starting' && performance.now() < deadline) {
  await pause(50);
  view = server.fleet.view();
}
if (view.state === 'ready' || auth.mode !== 'local')
  tell({ ready: { address: server.address, pid: process.pid } });
else tell({ failed: [...lines, view.message].join('\n') });
