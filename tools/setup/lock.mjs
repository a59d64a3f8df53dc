// Lets one set-up at a time work in this folder. A lock whose owner is dead is taken over; a living owner is waited for.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { undoAtExit } from './signals.mjs';
import { Stop } from './stop.mjs';

/** @typedef {{pid: number, born: string}} Holder `born` tells a process from a later one with the same number */

const WAIT_LIMIT_MS = 15 * 60_000;
const HALF_WRITTEN_MS = 5_000;

/**
 * Takes the lock, waiting for another set-up if there is one. Returns the release; it is also released at exit.
 * @param {string} path
 * @param {import('./progress.mjs').Say} say
 * @returns {Promise<() => void>}
 */
export async function takeLock(path, say, limitMs = WAIT_LIMIT_MS) {
  const me = JSON.stringify({ pid: process.pid, born: born(process.pid) });
  const until = Date.now() + limitMs;
  let told = false;
  for (;;) {
    if (create(path, me)) {
      return undoAtExit(() => {
        if (read(path) === me) rmSync(path, { force: true });
      });
    }
    const text = read(path);
    const holder = parse(text);
    if (text !== undefined && (holder === undefined ? isOld(path) : !isAlive(holder))) {
      takeAway(path, text);
      continue;
    }
    if (Date.now() > until) {
      throw new Stop(
        `Another set-up (process ${holder?.pid ?? 'unknown'}) still holds ${path} after ${Math.round(limitMs / 60_000)} minutes. End that process, or wait for it, and run the command again.`,
      );
    }
    if (!told)
      say(`Another set-up (process ${holder?.pid ?? 'unknown'}) is at work in this folder; waiting for it.`);
    told = true;
    await delay(200);
  }
}

/** @param {string} path @param {string} text */
function create(path, text) {
  let made = false;
  try {
    mkdirSync(dirname(path), { recursive: true });
    made = true;
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    if (code === 'EEXIST' && made) return false;
    throw new Stop(cannotWrite(dirname(path), code ?? String(error)));
  }
}

/** The sentence for a folder that we cannot write to. @param {string} folder @param {string} code */
export function cannotWrite(folder, code) {
  const next =
    code === 'ENOSPC'
      ? 'The disk is full: free about 1 GB'
      : 'Clone the project to a folder that this user may write to, or have the owner of this one run the command once';
  return `Vantage must write to ${folder} to set itself up, and could not (${code}). ${next}; then run the command again.`;
}

/** Moves a dead owner's lock aside; gives it back if it was a newcomer's. @param {string} path @param {string} stale */
function takeAway(path, stale) {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // someone else was quicker
  }
  const taken = read(aside);
  if (taken !== undefined && taken !== stale) create(path, taken);
  rmSync(aside, { force: true });
}

/** @param {Holder} holder */
function isAlive(holder) {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPERM') return false;
  }
  return born(holder.pid) === holder.born;
}

/** When a process started, in the kernel's ticks; '' where there is no /proc. @param {number} pid */
function born(pid) {
  const stat = read(`/proc/${pid}/stat`) ?? '';
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** @param {string | undefined} text @returns {Holder | undefined} */
function parse(text) {
  try {
    const value = JSON.parse(text ?? '');
    return typeof value?.pid === 'number' && typeof value?.born === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} path */
function isOld(path) {
  const at = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return at !== undefined && Date.now() - at > HALF_WRITTEN_MS;
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
