// Builds the site when it is older than what it is made from.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runKillable } from './children.mjs';
import { projectEnv, ENGINE, inPackages, PROJECT } from './places.mjs';
import { withProgress, Stop } from './print.mjs';

/** The hash of the inputs that dist was made from. In dist, because a build by hand empties that folder. */
const STAMP = 'dist/.inputs';
const PAGE = 'dist/index.html';
const INPUTS = [
  ...['src', 'public', 'ops', 'server', 'tools/precompress.ts'],
  ...['astro.config.mjs', 'tsconfig.json', 'package.json', 'package-lock.json'],
];

/** The path that the site lives at, `/` unless it is chosen. */
const siteBase = () => process.env['VANTAGE_BASE'] ?? '/';

/** Takes `--base` from the arguments of a command: the site is built for it. @param {string[]} args */
export function chooseBase(args) {
  const at = args.indexOf('--base');
  const joined = args.find((arg) => arg.startsWith('--base='))?.slice('--base='.length);
  const base = at < 0 ? joined : args[at + 1];
  if (base !== undefined) process.env['VANTAGE_BASE'] = base;
}

/** What the site is made from. @param {string} project @param {string} base */
export const inputsOf = (project, base) =>
  `${hashTree(ENGINE, INPUTS)} ${hashTree(project, ['content'])} ${base}`;

/** True when dist was made from exactly these inputs. */
export function isBuilt(project = PROJECT, base = siteBase()) {
  const stamp = join(project, STAMP);
  return (
    existsSync(join(project, PAGE)) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === inputsOf(project, base)
  );
}

/** The arguments of Node that run one of Astro's commands for the project. @param {string} command */
export const astro = (command) => [
  inPackages('astro/bin/astro.mjs'),
  ...[command, '--root', PROJECT, '--config', relative(PROJECT, join(ENGINE, 'astro.config.mjs'))],
];

/** Builds the site. Throws a `Stop` with what Astro says. @param {string} node */
export async function buildSite(node, base = siteBase()) {
  const inputs = inputsOf(PROJECT, base);
  const ended = await withProgress('Building the site', () =>
    runKillable(node, astro('build'), { cwd: PROJECT, env: { ...projectEnv(), VANTAGE_BASE: base } }),
  );
  if (ended.code !== 0 || !existsSync(join(PROJECT, PAGE))) {
    const missing = ended.code === 0 ? ` It ended well but left no ${PAGE}.` : '';
    throw new Stop(
      `${withoutStacks(ended.output)}\n\nThe site could not be built (\`npm run build\`).${missing} Correct what the build names above and run the command again.`,
    );
  }
  writeFileSync(join(PROJECT, STAMP), inputs);
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
 * One hash of the names and contents of everything under the paths, tests and packages apart; a path that is missing counts as missing.
 * @param {string} root @param {readonly string[]} paths
 */
export function hashTree(root, paths) {
  const hash = createHash('sha256');
  const add = (/** @type {string} */ path) => {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    if (stat?.isDirectory()) {
      for (const name of readdirSync(join(root, path)).sort())
        if (name !== 'node_modules') add(`${path}/${name}`);
    } else if (stat?.isFile() && !path.endsWith('.test.ts')) {
      const bytes = readFileSync(join(root, path));
      hash.update(`${path}\0${bytes.length}\0`).update(bytes);
    }
  };
  for (const path of paths) add(path);
  return hash.digest('hex');
}
