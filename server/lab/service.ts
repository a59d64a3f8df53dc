/** Runs the stand-in backend on .20 as the login user, wherever it is to listen. What it answers is left to `backend.ts`. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Listen } from './conditions/condition.ts';
import { enter } from './enter.ts';
import type { KeyPair } from './keys.ts';

export type Service = {
  readonly listen: Listen;
  /** Resolves with what it said last, when it has ended for whatever reason. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
};

const lastWordsChars = 1000;
const stopMs = 3000;

/** Starts the service on the machine behind `holder`. Resolves when it listens. */
export async function startService(holder: number, listen: Listen, tls: KeyPair): Promise<Service> {
  const [program = '', ...rest] = enter(
    holder,
    'login',
    ['/opt/service/node', '/opt/service/backend.ts'],
    'inside',
  );
  const child = spawn(program, rest);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-lastWordsChars);
  });
  const ended = once(child, 'close').then(() => said.trim());
  child.stdin.on('error', () => {});
  child.stdin.write(`${JSON.stringify(orderFor(listen, tls))}\n`);
  await listening(child, ended, placeText(listen));
  const stop = async (): Promise<void> => {
    child.stdin.end();
    // One that was stopped by a signal never reads its end.
    const late = setTimeout(() => killWithChildren(child.pid ?? 0), stopMs);
    await ended;
    clearTimeout(late);
  };
  return { listen, ended, stop };
}

/** `nsenter` waits for the service in a process of its own, which a signal does not pass on to. */
function killWithChildren(pid: number): void {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
    for (const one of [...children.filter((child) => child > 0), pid]) process.kill(one, 'SIGKILL');
  } catch {
    // Gone in the meantime.
  }
}

function orderFor(listen: Listen, tls: KeyPair): object {
  if (listen.at === 'socket') return { path: listen.path };
  const where = { host: listen.address, port: listen.port };
  return listen.tls ? { ...where, key: tls.secret, cert: tls.open } : where;
}

/** Where something listens, for a reader. */
export const placeText = (listen: Listen): string =>
  listen.at === 'socket' ? listen.path : `${listen.address}:${listen.port}`;

async function listening(
  child: ChildProcessWithoutNullStreams,
  ended: Promise<string>,
  place: string,
): Promise<void> {
  const first = await Promise.race([once(child.stdout, 'data').then(() => 'listening' as const), ended]);
  if (first !== 'listening')
    throw new Error(`expected the stand-in backend to listen on ${place}, but it ended: ${first}`);
  child.stdout.resume();
}
