// Builds the site when it is older than what it is made from.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runKillable } from './children.mjs';
import { projectEnv } from './node.mjs';
import { withProgress } from './progress.mjs';
import { Stop } from './stop.mjs';

/** The hash of the inputs that dist was made from. In dist, because a build by hand empties that folder. */
const STAMP = 'dist/.inputs';
const PAGE = 'dist/index.html';
const INPUTS = [
  ...['src', 'content', 'public', 'ops', 'server', 'tools/precompress.mjs'],
  ...['astro.config.mjs', 'tsconfig.json', 'package-lock.json'],
];

/** The path that the site lives at, `/` unless it is chosen. */
const siteBase = () => process.env['VANTAGE_BASE'] ?? '/';

/** @param {string} root @param {string} base */
const inputsOf = (root, base) => `${hashTree(root, INPUTS)} ${base}`;

/** True when dist was made from exactly these inputs. @param {string} root */
export function isBuilt(root, base = siteBase()) {
  const stamp = join(root, STAMP);
  return (
    existsSync(join(root, PAGE)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputsOf(root, base)
  );
}

/** Builds the site. Throws a `Stop` with what Astro says. @param {string} root @param {string} node */
export async function buildSite(root, node, base = siteBase()) {
  const inputs = inputsOf(root, base);
  const args = [join(root, 'node_modules/astro/bin/astro.mjs'), 'build'];
  const ended = await withProgress('Building the site', () =>
    runKillable(node, args, { cwd: root, env: { ...projectEnv(root), VANTAGE_BASE: base } }),
  );
  if (ended.code !== 0 || !existsSync(join(root, PAGE))) {
    const missing = ended.code === 0 ? ` It ended well but left no ${PAGE}.` : '';
    throw new Stop(
      `${withoutStacks(ended.output)}\n\nThe site could not be built (\`npm run build\`).${missing} Correct what the build names above and run the command again.`,
    );
  }
  writeFileSync(join(root, STAMP), inputs);
}

/**
 * What a build says, for the person who can act: without stack traces and what Astro sets around them, each line once.
 * @param {string} output
 */
export function withoutStacks(output) {
  const noise = /^\s+at |^\s*(Stack trace|Location|Hint):$|^\s+\/\S+:\d+:\d+$|runtime errors\.$/;
  const lines = output.split('\n').filter((line) => !noise.test(line));
  return [...new Set(lines)].join('\n').trim();
}

/**
 * One hash of the names and contents of everything under the paths, tests apart; a path that is missing counts as missing.
 * @param {string} root @param {readonly string[]} paths
 */
export function hashTree(root, paths) {
  const hash = createHash('sha256');
  const add = (/** @type {string} */ path) => {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    if (stat?.isDirectory()) {
      for (const name of readdirSync(join(root, path)).sort()) add(`${path}/${name}`);
    } else if (stat?.isFile() && !path.endsWith('.test.ts')) {
      const bytes = readFileSync(join(root, path));
      hash.update(`${path}\0${bytes.length}\0`).update(bytes);
    }
  };
  for (const path of paths) add(path);
  return hash.digest('hex');
}
