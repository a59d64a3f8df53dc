// Where Vantage itself is, and the folder of the people who use it. In a clone they are the same.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ENGINE = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
/** `unpack.mjs` sets it for an installed package. */
export const PROJECT = process.env['VANTAGE_PROJECT'] ?? ENGINE;

/** A path in the packages: in the engine's own node_modules, or in the one that npm installed it into. @param {string} path @param {string} [engine] */
export function inPackages(path, engine = ENGINE) {
  const own = join(engine, 'node_modules', path);
  const beside = join(engine, '../node_modules', path);
  return !existsSync(own) && existsSync(beside) ? beside : own;
}
