// Runs every check of the source, all of them even when one fails, and reports each in one line.
import { run, tied } from '../setup/children.mjs';
import { projectEnv } from '../setup/node.mjs';
import { ending } from '../setup/signals.mjs';
import { ROOT, setUp } from '../setup.mjs';
import { brokenRules } from './rules.mjs';
import { say } from './say.mjs';

/** @typedef {{name: string, take: () => Promise<{code: number, output: string}>}} Check */

const AT_ONCE = 2;

/** @param {string[]} args names of checks to run; all when empty */
export async function main(args) {
  const { node } = await setUp({ needs: 'check', say });
  const all = checks(node);
  const wanted = all.filter((check) => args.length === 0 || args.includes(check.name));
  if (wanted.length === 0) {
    say(`There is no such check. Expected one or several of: ${all.map((check) => check.name).join(', ')}.`);
    return 1;
  }
  const waiting = [...wanted];
  /** @type {string[]} */
  const failed = [];
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined && !ending.aborted; check = waiting.shift()) {
      if (!(await take(check))) failed.push(check.name);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failed.length === 0) return 0;
  say(`Failed: ${failed.join(', ')}. Run one again with: npm run check -- ${failed[0]}`);
  return 1;
}

/** @param {Check} check */
async function take({ name, take: work }) {
  const began = performance.now();
  const { code, output } = await work();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`);
  if (code !== 0) process.stdout.write(`${output.trim()}\n\n`);
  return code === 0;
}

/** The slowest first, so that two at a time end together. @param {string} node @returns {Check[]} */
function checks(node) {
  /** @param {string} name @param {string[]} args @returns {Check} */
  const program = (name, args) => ({
    name,
    take: () => run(...tied(node, args, 'KILL'), { cwd: ROOT, env: projectEnv(ROOT) }),
  });
  const types = (/** @type {string} */ name, /** @type {string} */ project) =>
    program(`types-${name}`, ['node_modules/typescript/bin/tsc', '--noEmit', '-p', project]);
  return [
    program('types-site', ['node_modules/astro/bin/astro.mjs', 'check', '--minimumFailingSeverity', 'error']),
    types('tests', 'tsconfig.tests.json'),
    types('server', 'server/tsconfig.json'),
    types('core', 'src/core/tsconfig.json'),
    types('tools', 'tools/tsconfig.json'),
    program('format', ['node_modules/prettier/bin/prettier.cjs', '--check', '.', '--log-level=warn']),
    program('lint', [
      'node_modules/@biomejs/biome/bin/biome',
      'ci',
      '--colors=off',
      '--error-on-warnings',
      '.',
    ]),
    { name: 'rules', take: rules },
  ];
}

async function rules() {
  const problems = await brokenRules(ROOT);
  return { code: problems.length === 0 ? 0 : 1, output: problems.join('\n') };
}
