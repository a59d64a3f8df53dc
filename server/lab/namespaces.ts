/** Makes network namespaces and keeps them by an open file, so that they outlive any process in them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';

/** A new network namespace. The result is a path to it, good for as long as this process lives. */
export async function newNetwork(): Promise<string> {
  const child = spawn('unshare', ['--net', '/bin/sh', '-c', 'echo made; read -r end'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), ended]);
  try {
    return heldBy(openSync(`/proc/${child.pid}/ns/net`, 'r'));
  } catch (thrown) {
    throw new Error('expected a new network namespace, found that unshare --net ended at once', {
      cause: thrown,
    });
  } finally {
    child.stdin.on('error', () => {});
    child.stdin.end();
    await ended;
  }
}

/** This process's own network namespace, by path. */
export const ownNetwork = (): string => heldBy(openSync('/proc/self/ns/net', 'r'));

const heldBy = (descriptor: number): string => `/proc/${process.pid}/fd/${descriptor}`;
