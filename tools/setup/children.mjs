// Runs programs and makes sure that none outlives us.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { codeOf, endIfStopped, passSignals } from './signals.mjs';

/** @typedef {{cwd?: string, env?: NodeJS.ProcessEnv, keepCharacters?: number, endBy?: 'signal' | 'kill'}} RunOptions `keepCharacters`: how much of the end of the output */

const TAIL_CHARACTERS = 16_000;
const PATIENCE_MS = 5_000;

/**
 * A command that the kernel ends when we die, even by `kill -9`. Without setpriv (not Linux) it is the bare command.
 * @param {string} command @param {string[]} args @param {'TERM' | 'KILL'} signal
 * @returns {[string, string[]]}
 */
function tied(command, args, signal) {
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));
  return setpriv === undefined ? [command, args] : [setpriv, ['--pdeathsig', signal, '--', command, ...args]];
}

/**
 * Runs a helper that may be killed at any moment, as npm has to be: it ends on no other signal before its work is done.
 * @param {string} command @param {string[]} args @param {RunOptions} [options]
 */
export function runKillable(command, args, options) {
  return run(...tied(command, args, 'KILL'), { ...options, endBy: 'kill' });
}

/**
 * Runs a helper to its end, without standard input, and resolves with its exit code and the tail of its output. After a signal
 * this process ends with the last helper instead.
 * @param {string} command @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{code: number, output: string}>}
 */
export function run(command, args, { cwd, env = process.env, keepCharacters = TAIL_CHARACTERS, endBy } = {}) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    passSignals(child, endBy);
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (/** @type {Buffer} */ chunk) => {
        output = (output + chunk.toString('utf8')).slice(-keepCharacters);
      });
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code, signal) => {
      endIfStopped();
      resolve({ code: code ?? codeOf(signal), output });
    });
  });
}

/**
 * Starts a command's main program on our own standard streams. Resolves with its exit code.
 * @param {string} command @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, limitMs?: number, signal?: AbortSignal, output?: number}} [options] past the limit, or on
 *   abort, it is ended; `output`: an open file that it writes to instead
 * @returns {Promise<{code: number, tooLong: boolean}>}
 */
export function attach(command, args, { cwd, env = process.env, limitMs, signal, output } = {}) {
  return new Promise((resolve, reject) => {
    const to = output ?? 'inherit';
    const child = spawn(...tied(command, args, 'TERM'), { cwd, env, stdio: ['inherit', to, to] });
    passSignals(child);
    let tooLong = false;
    const end = () => {
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS).unref();
    };
    const onLimit = () => {
      tooLong = true;
      end();
    };
    const limit = limitMs === undefined ? undefined : setTimeout(onLimit, limitMs);
    signal?.addEventListener('abort', end, { once: true });
    child.on('error', reject);
    child.on('close', (code, by) => {
      clearTimeout(limit);
      signal?.removeEventListener('abort', end);
      resolve({ code: code ?? codeOf(by), tooLong });
    });
  });
}
