// Lets one set-up at a time work in this folder. The kernel holds the lock (flock) and frees it when its owner ends, however it ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { print, Stop } from './print.mjs';

const WAIT_SECONDS = 15 * 60;
/** A lock that is free is ours long before this. */
const TELL_AFTER_MS = 500;

/**
 * Takes the lock, waiting for another set-up if there is one. Resolves with its release. Throws a `Stop` when the folder cannot be
 * written to or the wait is over. Without the program `flock` (not Linux) nothing is locked.
 * @param {string} path
 * @param {{say?: (line: string) => void, waitSeconds?: number}} [options]
 * @returns {Promise<() => void>}
 */
export async function takeLock(path, { say = print, waitSeconds = WAIT_SECONDS } = {}) {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '', { flag: 'a' });
  } catch (error) {
    throw new Stop(
      cannotWrite(dirname(path), /** @type {NodeJS.ErrnoException} */ (error).code ?? String(error)),
    );
  }
  // The lock is held for as long as `cat` reads from us. Detached: Ctrl-C on a terminal does not reach it while we still clean up.
  const holder = spawn('flock', ['-w', String(waitSeconds), path, 'sh', '-c', 'echo locked; exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  const owner = () => `process ${readFileSync(path, 'utf8').trim() || 'unknown'}`;
  const waiting = setTimeout(
    () => say(`Another set-up (${owner()}) is at work in this folder; waiting for it.`),
    TELL_AFTER_MS,
  );
  const ended = once(holder, 'close').then(
    ([code]) => Number(code),
    () => undefined,
  );
  const code = await Promise.race([once(holder.stdout, 'data').then(() => 0), ended]);
  clearTimeout(waiting);
  if (code === 1)
    throw new Stop(
      `Another set-up (${owner()}) still holds ${path} after ${Math.round(waitSeconds / 60)} minutes. End that process, or wait for it, and run the command again.`,
    );
  writeFileSync(path, `${process.pid}\n`);
  return () => holder.stdin.destroy();
}

/** The sentence for a folder that we cannot write to. @param {string} folder @param {string} code */
export function cannotWrite(folder, code) {
  const next =
    code === 'ENOSPC'
      ? 'The disk is full: free about 1 GB'
      : 'Clone the project to a folder that this user may write to, or have the owner of this one run the command once';
  return `Vantage must write to ${folder} to set itself up, and could not (${code}). ${next}; then run the command again.`;
}
