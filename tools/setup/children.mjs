// Runs programs and makes sure that none outlives us. What to run, and what its failure means, is the caller's.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { codeOf, passSignals } from './signals.mjs';

/** @typedef {{code: number, output: string}} Ended */

const TAIL_CHARACTERS = 16_000;
const PATIENCE_MS = 5_000;

/**
 * A command that the kernel ends when we die, even by `kill -9`. Without setpriv (not Linux) it is the bare command.
 * @param {string} command @param {string[]} args
 * @param {'TERM' | 'KILL'} signal KILL for npm, which does not end on TERM
 * @returns {[string, string[]]}
 */
export function tied(command, args, signal) {
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));
  return setpriv === undefined ? [command, args] : [setpriv, ['--pdeathsig', signal, '--', command, ...args]];
}

/**
 * Runs a helper to its end, without standard input, and returns its exit code and the tail of what it said.
 * @param {string} command @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, keepCharacters?: number}} [options] `keepCharacters`: how much of the end of the output
 * @returns {Promise<Ended>}
 */
export function run(command, args, { cwd, env = process.env, keepCharacters = TAIL_CHARACTERS } = {}) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    passSignals(child, 'helper');
    const keep = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString('utf8')).slice(-keepCharacters);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code, signal) => resolve({ code: code ?? codeOf(signal), output }));
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
    /** @type {import('node:child_process').StdioOptions} */
    const stdio = output === undefined ? 'inherit' : ['inherit', output, output];
    const child = spawn(...tied(command, args, 'TERM'), { cwd, env, stdio });
    passSignals(child, 'main');
    let tooLong = false;
    const end = () => {
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS).unref();
    };
    const limit =
      limitMs === undefined
        ? undefined
        : setTimeout(() => {
            tooLong = true;
            end();
          }, limitMs);
    signal?.addEventListener('abort', end, { once: true });
    child.on('error', reject);
    child.on('close', (code, by) => {
      clearTimeout(limit);
      signal?.removeEventListener('abort', end);
      resolve({ code: code ?? codeOf(by), tooLong });
    });
  });
}
