/** The real server in a process of its own, so that its memory is its own. What is asked of it is left to the measurements. */
import { authByDefault } from '../server/access/choice.ts';
import { keepByDefault } from '../server/config.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { startServer } from '../server/server.ts';

/** What this process says to the one that started it. */
export type Word =
  { readonly ready: { readonly address: string; readonly pid: number } } | { readonly failed: string };

const readyLimitMs = 40_000;
const [data = '', site = '', content = ''] = process.argv.slice(2);
const tell = (word: Word) => process.send?.(word);

const lines: string[] = [];
const server = await startServer(
  {
    host: '127.0.0.1',
    port: 0,
    data,
    site,
    origins: [],
    auth: authByDefault,
    keep: keepByDefault,
    fleet: { kind: 'lab' },
  },
  content,
  (line) => void lines.push(line),
);
const stop = () => void server.close().finally(() => process.exit(0));
process.once('disconnect', stop);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);

const deadline = performance.now() + readyLimitMs;
let view = server.fleet.view();
while (view.state === 'starting' && performance.now() < deadline) {
  await pause(50);
  view = server.fleet.view();
}
if (view.state === 'ready') tell({ ready: { address: server.address, pid: process.pid } });
else tell({ failed: [...lines, view.say].join('\n') });
