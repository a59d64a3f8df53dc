// What happens on a signal to end: our programs end first, then everything is undone.
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/** @typedef {import('node:child_process').ChildProcess} Child */

const PARENT_EVERY_MS = 500;
/** How each program is ended. @type {Map<Child, 'signal' | 'kill'>} */
const running = new Map();
/** @type {Set<() => void>} */
const undos = new Set();
const stop = new AbortController();
let watching = false;

/** Aborted by the first signal to end; its reason is the exit code. */
export const ending = stop.signal;

/**
 * Ends this program on a signal for as long as it runs: by the same signal, or at once.
 * @param {Child} child @param {'signal' | 'kill'} [how]
 */
export function passSignals(child, how = 'signal') {
  watch();
  running.set(child, how);
  const forget = () => running.delete(child);
  child.once('close', forget).once('error', forget);
}

/** Ends this process after a signal, once none of our programs runs any more. */
export function endIfStopped() {
  if (ending.aborted && running.size === 0) process.exit(ending.reason);
}

/**
 * Registers something that must be undone when this process ends, however it ends short of `kill -9`. Returns "undo now".
 * @param {() => void} undo must be synchronous
 */
export function undoAtExit(undo) {
  watch();
  undos.add(undo);
  return () => {
    if (undos.delete(undo)) undo();
  };
}

/** The exit code that a shell gives to a death by signal. @param {NodeJS.Signals | null} signal */
export function codeOf(signal) {
  return signal === null ? 1 : 128 + constants.signals[signal];
}

/** Ends this process when the npm that started it is gone: npm killed by `kill -9` tells nobody. */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const above = statusOf(shell, 'PPid');
  const isShell = /^(sh|dash|bash|ash|busybox)$/.test(statusOf(shell, 'Name'));
  const timer = setInterval(() => {
    if (process.ppid === shell && (!isShell || statusOf(shell, 'PPid') === above)) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_EVERY_MS);
  timer.unref();
}

function watch() {
  if (watching) return;
  watching = true;
  process.on('exit', () => {
    for (const undo of undos) undo();
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      stop.abort(codeOf(signal));
      // Ctrl-C on a terminal has reached the programs already; a second one would mean "at once" to them.
      const isKnown = signal === 'SIGINT' && process.stdin.isTTY;
      for (const [child, how] of running) {
        if (how === 'kill') child.kill('SIGKILL');
        else if (!isKnown) child.kill(signal);
      }
      endIfStopped();
    });
  }
}

/** @param {number} pid @param {string} field */
function statusOf(pid, field) {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return new RegExp(`^${field}:\\s*(\\S+)`, 'm').exec(text)?.[1] ?? '';
  } catch {
    return '';
  }
}
