/**
 * Pid 1 of the lab, in namespaces of its own: when it ends, for whatever reason, the kernel ends everything else.
 * Reads its order from the first line of standard input; a tied lab ends when that input does, which happens even
 * when the docs server is killed. Says how it goes in lines of JSON on standard output.
 */

import { spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { serveControl } from './control.ts';
import { controlOf, placeOf, remove } from './directory.ts';
import { messageOf } from './problem.ts';
import type { Request } from './protocol.ts';
import { bringUp } from './bringUp.ts';
import type { LabOrder } from './labOrder.ts';
import type { RunningLab } from './runningLab.ts';

export type Word = { readonly log: string } | { readonly ready: true } | { readonly failed: string };

const send = (word: Word): void => void process.stdout.write(`${JSON.stringify(word)}\n`);

// A detached lab outlives those it speaks to.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

async function main(): Promise<void> {
  process.chdir('/');
  const input = createInterface({ input: process.stdin });
  const [line] = await once(input, 'line');
  const order = JSON.parse(String(line)) as LabOrder;
  const end = (code: number): never => {
    // Whoever started us may be gone: the directory is ours to clean, and it holds a file system that only we see.
    spawnSync('umount', ['-l', placeOf(order.directory)]);
    remove(order.directory);
    process.exit(code);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => end(0));
  if (order.mode === 'tied') input.once('close', () => end(0));
  try {
    const lab = await bringUp(order, (text) => send({ log: text }));
    await serveControl(controlOf(order.directory), (request) => obey(lab, request, () => end(0)));
    send({ ready: true });
  } catch (thrown) {
    send({ failed: messageOf(thrown) });
    end(1);
  }
}

function obey(lab: RunningLab, request: Request, end: () => void): Promise<unknown> {
  switch (request.do) {
    case 'status':
    case 'watch':
      return Promise.resolve(lab.status());
    case 'stop':
      // After the answer is on its way.
      setTimeout(end, 5);
      return Promise.resolve(true);
    case 'condition':
      return lab.setCondition(request.name, request.remedy);
    case 'machine':
      return lab.setMachine(request.machine, request.state);
    case 'service':
      return lab.orderService(request.service, request.order);
    case 'exec':
      return lab.exec(request.machine, request.argv, request.asRoot);
    default:
      return unknown(request);
  }
}

const unknown = (request: never): never => {
  throw new Error(`expected a known request, found ${JSON.stringify(request)}`);
};

await main();
