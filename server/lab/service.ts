/** One running service: a program beside the lab's description, ended by closing its standard input. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { placeOf, type ServiceSettings } from './description/desiredState.ts';
import type { KeyPair } from './machine/keys.ts';

export type RunningService = Awaited<ReturnType<typeof startService>>;

const lastWordsChars = 1000;
const stopMs = 3000;

/**
 * `argv` starts the program. Its first input line is JSON: `host` and `port` or `path`, where it has to listen, with TLS also
 * `key` and `cert`, and its `arguments`. It prints a line when it listens, which is when this resolves.
 */
export async function startService(
  name: string,
  argv: readonly string[],
  { listen, arguments: given }: ServiceSettings,
  tls: KeyPair | undefined,
) {
  const [program = '', ...rest] = argv;
  const child = spawn(program, rest);
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-lastWordsChars);
  });
  /** Resolves with its last output when it has ended. */
  const ended = once(child, 'close').then(() => words.trim());
  child.stdin.on('error', () => {});
  const keys = tls === undefined ? {} : { key: tls.secret, cert: tls.open };
  child.stdin.write(`${JSON.stringify({ ...placeOf(listen), ...keys, arguments: given })}\n`);
  const listening = once(child.stdout, 'data').then(() => undefined);
  const early = await Promise.race([listening, ended]);
  if (early !== undefined)
    throw new Error(`expected service ${name} to listen on ${listen}, but it ended: ${early}`);
  child.stdout.resume();
  const stop = async (): Promise<void> => {
    child.stdin.end();
    // One that was stopped by a signal never reads its end.
    const late = setTimeout(() => killWithChildren(child.pid ?? 0), stopMs);
    await ended;
    clearTimeout(late);
  };
  return { ended, stop };
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
