/** Makes network namespaces and keeps them by an open file, so that they outlive any process in them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';

const lastWordsChars = 600;

/** A new network namespace in which this script of the shell has run. The result is a path to it, good for as long as this process lives. */
export async function newNetwork(script: string): Promise<string> {
  const child = spawn('unshare', ['--net', '/bin/sh', '-c', `${script}\necho made; read -r end`], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-lastWordsChars);
  });
  const ended = once(child, 'close');
  const isMade = await Promise.race([once(child.stdout, 'data').then(() => true), ended.then(() => false)]);
  if (!isMade) throw new Error(`expected a new network namespace, found: ${said.trim()}`);
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
