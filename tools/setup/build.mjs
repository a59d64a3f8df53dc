// Builds the site when it is older than what it is made from. How it is built is astro.config.mjs's.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run, tied } from './children.mjs';
import { hashTree } from './hash.mjs';
import { projectEnv } from './node.mjs';
import { withProgress } from './progress.mjs';
import { Stop } from './stop.mjs';

/** @typedef {{inputs: string, page: number}} BuildStamp `page` is the time of dist/index.html, so that a build by hand is noticed */

const STAMP = '.vantage/build.json';
const INPUTS = [
  'src',
  'content',
  'ops',
  'public',
  'tools/precompress.mjs',
  'astro.config.mjs',
  'tsconfig.json',
  'package-lock.json',
];

/**
 * True when dist was made from exactly these inputs.
 * @param {BuildStamp | undefined} stamp @param {BuildStamp | undefined} found `undefined` when there is no dist
 */
export function isBuilt(stamp, found) {
  return (
    stamp !== undefined && found !== undefined && stamp.inputs === found.inputs && stamp.page === found.page
  );
}

/**
 * @param {string} root
 * @returns {{ready: boolean, apply: (node: string, say: import('./progress.mjs').Say) => Promise<void>}}
 */
export function siteBuild(root) {
  const ready = isBuilt(readStamp(root), measure(root));
  return { ready, apply: (node, say) => (ready ? Promise.resolve() : build(root, node, say)) };
}

/** @param {string} root @param {string} node @param {import('./progress.mjs').Say} say */
async function build(root, node, say) {
  rmSync(join(root, STAMP), { force: true });
  const inputs = hashInputs(root);
  const [command, args] = tied(node, [join(root, 'node_modules/astro/bin/astro.mjs'), 'build'], 'KILL');
  const ended = await withProgress(
    'Building the site',
    () => run(command, args, { cwd: root, env: projectEnv(root) }),
    { say },
  );
  const found = measure(root);
  if (ended.code !== 0 || found === undefined) {
    const missing = ended.code === 0 ? ' It ended well but left no dist/index.html.' : '';
    throw new Stop(
      `${withoutStacks(ended.output)}\n\nThe site could not be built (\`npm run build\`).${missing} Correct what the build names above and run the command again.`,
    );
  }
  mkdirSync(dirname(join(root, STAMP)), { recursive: true });
  writeFileSync(join(root, STAMP), `${JSON.stringify({ inputs, page: found.page })}\n`);
}

/**
 * What a build says, for the person who can act: without stack traces and what Astro sets around them, each line once.
 * @param {string} output
 */
export function withoutStacks(output) {
  const lines = output
    .split('\n')
    .filter(
      (line) => !/^\s+at |^\s*(Stack trace|Location|Hint):$|^\s+\/\S+:\d+:\d+$|runtime errors\.$/.test(line),
    );
  return lines
    .filter((line, index) => lines.indexOf(line) === index)
    .join('\n')
    .trim();
}

/** @param {string} root @returns {BuildStamp | undefined} */
function measure(root) {
  const page = statSync(join(root, 'dist/index.html'), { throwIfNoEntry: false })?.mtimeMs;
  return page === undefined ? undefined : { inputs: hashInputs(root), page };
}

/** The server's modules about content are read at build too. @param {string} root */
function hashInputs(root) {
  const names = readdirSync(join(root, 'server')).filter((name) => name.startsWith('content'));
  return hashTree(root, [...INPUTS, ...names.sort().map((name) => `server/${name}`)]);
}

/** @param {string} root @returns {BuildStamp | undefined} */
function readStamp(root) {
  try {
    return JSON.parse(readFileSync(join(root, STAMP), 'utf8'));
  } catch {
    return undefined;
  }
}
