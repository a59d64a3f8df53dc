// Where Vantage is, whose folder it works in, and the Node that runs server, build and tests.
import { existsSync, realpathSync } from 'node:fs';
import { join, resolve, delimiter, dirname } from 'node:path';
import { spawnSync } from 'node:child_process';
import { typeScriptSentence } from './node-version.mjs';
import { Stop } from './print.mjs';

export const ENGINE = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
/** `unpack.mjs` sets it for an installed package. */
export const PROJECT = process.env['VANTAGE_PROJECT'] ?? ENGINE;

/** A path in the packages: in the engine's own node_modules, or in the one that npm installed it into. @param {string} path @param {string} [engine] */
export function inPackages(path, engine = ENGINE) {
  const own = join(engine, 'node_modules', path);
  const beside = join(engine, '../node_modules', path);
  return !existsSync(own) && existsSync(beside) ? beside : own;
}

/** The pinned Node where it runs (it may be there and not run: Alpine), else this one. Throws a `Stop` when neither will do. */
export function projectNode() {
  const pinned = inPackages('.bin/node');
  if (existsSync(pinned) && runs(pinned)) return pinned;
  const sentence = typeScriptSentence(process.versions.node);
  if (sentence !== '') throw new Stop(sentence);
  return process.execPath;
}

/** @param {string} path */
function runs(path) {
  if (realpathSync(path) === realpathSync(process.execPath)) return true;
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

/**
 * What the server's Node is started with. Left alone, V8 lets its young generation grow to three times 32 MiB when many come at once,
 * and keeps it: an idle server holds 134 MiB with 16, and 117 with 4. And it collects all garbage whenever heap and buffers have grown by
 * about a third: output passes in buffers, so a flood spent more on that than on itself. With 200 they may triple, about 80 MiB more in a flood.
 */
export const SERVER_FLAGS = ['--max-semi-space-size=4', '--heap-growing-percent=200'];

/**
 * The environment for the project's programs: the pinned Node first, no telemetry, and a place where Node keeps what it has compiled:
 * `vantage` starts in half the time.
 * @returns {NodeJS.ProcessEnv}
 */
export function projectEnv() {
  const path = [dirname(inPackages('.bin/node')), process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin'];
  const cache = process.env.NODE_COMPILE_CACHE ?? join(PROJECT, '.vantage/compile-cache');
  return {
    ...process.env,
    PATH: path.join(delimiter),
    NODE_COMPILE_CACHE: cache,
    ASTRO_TELEMETRY_DISABLED: '1',
  };
}
