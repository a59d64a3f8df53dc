// What happens when this process is told to end: its programs end first, then everything is undone. Starting them: children.mjs.
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/** @typedef {import('node:child_process').ChildProcess} Child */

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
const PARENT_EVERY_MS = 500;
/** @type {Map<Child, 'helper' | 'main'>} */
const alive = new Map();
/** @type {Set<() => void>} */
const undone = new Set();
let watching = false;
const told = new AbortController();

/** Aborted as soon as this process was told to end. */
export const ending = told.signal;

/**
 * Makes signals reach this program. After a signal we end when the last `helper` has; a `main` program's own exit is awaited instead.
 * @param {Child} child @param {'helper' | 'main'} role
 */
export function passSignals(child, role) {
  watch();
  alive.set(child, role);
  const forget = () => alive.delete(child);
  child.once('close', forget).once('error', forget);
}

/**
 * Registers something that must be undone when this process ends, however it ends short of `kill -9`. Returns "undo now".
 * @param {() => void} undo must be synchronous
 */
export function undoAtExit(undo) {
  watch();
  undone.add(undo);
  return () => {
    if (undone.delete(undo)) undo();
  };
}

/**
 * The exit code that a shell gives to a death by signal.
 * @param {NodeJS.Signals | null} signal
 */
export function codeOf(signal) {
  return signal === null ? 1 : 128 + constants.signals[signal];
}

/** Ends this process when the npm that started it is gone: npm killed by `kill -9` tells nobody. */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const above = parentOf(shell);
  const isShell = /^(sh|dash|bash|ash|busybox)$/.test(readStatus(shell, 'Name'));
  const timer = setInterval(() => {
    if (process.ppid === shell && (!isShell || parentOf(shell) === above)) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_EVERY_MS);
  timer.unref();
}

function watch() {
  if (watching) return;
  watching = true;
  process.on('exit', () => {
    for (const undo of undone) undo();
  });
  for (const signal of SIGNALS) process.on(signal, () => pass(signal));
}

/** @param {(typeof SIGNALS)[number]} signal */
function pass(signal) {
  told.abort();
  const children = [...alive.keys()];
  const end = () => {
    if (alive.size === 0) process.exit(codeOf(signal));
  };
  const endsItself = [...alive.values()].includes('main');
  for (const child of children) {
    if (!endsItself) child.once('close', end);
    // Ctrl-C on a terminal has reached the program already; a second one would mean "at once" to it.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  }
  if (children.length === 0) end();
}

/** @param {number} pid */
function parentOf(pid) {
  return readStatus(pid, 'PPid');
}

/** @param {number} pid @param {string} field */
function readStatus(pid, field) {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return new RegExp(`^${field}:\\s*(\\S+)`, 'm').exec(text)?.[1] ?? '';
  } catch {
    return '';
  }
}
