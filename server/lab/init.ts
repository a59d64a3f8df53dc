/**
 * Pid 1 of the lab, in its own namespaces: when it ends, the kernel ends everything else. Reads its plan from the first line of
 * standard input; a tied lab ends with that input, even when the docs server is killed. Reports in lines of JSON on standard output.
 */
import { spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { serveControl } from './control.ts';
import { controlOf, placeOf, remove } from './directory.ts';
import { messageOf } from '../files/errors.ts';
import type { ConditionStatus, Request } from './protocol.ts';
import { bringUp } from './bringUp.ts';
import type { LabPlan } from './labOrder.ts';
import type { RunningLab } from './runningLab.ts';

export type InitMessage = { readonly log: string } | { readonly ready: true } | { readonly failed: string };

const send = (word: InitMessage): void => void process.stdout.write(`${JSON.stringify(word)}\n`);

// A detached lab outlives its reader.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

async function main(): Promise<void> {
  process.chdir('/');
  const input = createInterface({ input: process.stdin });
  const [line] = await once(input, 'line');
  const plan = JSON.parse(String(line)) as LabPlan;
  const end = (code: number): never => {
    // Our starter may be gone, so we clean the directory; only we see the file system in it.
    spawnSync('umount', ['-l', placeOf(plan.directory)]);
    remove(plan.directory);
    process.exit(code);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => end(0));
  if (plan.mode === 'tied') input.once('close', () => end(0));
  try {
    let tell = (_: ConditionStatus): void => {};
    const lab = await bringUp(
      plan,
      (text) => send({ log: text }),
      (status) => tell(status),
    );
    ({ tell } = await serveControl(controlOf(plan.directory), (request) =>
      handleRequest(lab, request, () => end(0)),
    ));
    send({ ready: true });
  } catch (thrown) {
    send({ failed: messageOf(thrown) });
    end(1);
  }
}

function handleRequest(lab: RunningLab, request: Request, end: () => void): Promise<unknown> {
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
      return lab.controlService(request.service, request.order);
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
