// Runs every check of the source, all of them even when one fails, and reports each in one line.
import { runKillable } from '../setup/children.mjs';
import { projectEnv, ENGINE as ROOT } from '../setup/places.mjs';
import { print } from '../setup/print.mjs';
import { ending } from '../setup/signals.mjs';
import { setUp } from '../setup.mjs';

/** @typedef {{code: number, output: string, notes?: string[]}} Result `output` is printed on a failure, `notes` always */
/** @typedef {{name: string, run: () => Promise<Result>}} Check */

const AT_ONCE = 2;

/** @param {string[]} args names of checks to run; all when empty */
export async function main(args) {
  const { node } = await setUp('check');
  const all = checks(node);
  const waiting = all.filter(({ name }) => args.length === 0 || args.includes(name));
  if (waiting.length === 0) {
    print(`There is no such check. Expected one or several of: ${all.map(({ name }) => name).join(', ')}.`);
    return 1;
  }
  /** @type {string[]} */
  const failed = [];
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined && !ending.aborted; check = waiting.shift()) {
      if (!(await report(check))) failed.push(check.name);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failed.length === 0) return 0;
  print(`Failed: ${failed.join(', ')}. Run one again with: npm run check -- ${failed[0]}`);
  return 1;
}

/** Runs one check, prints its line, and resolves with whether it passed. @param {Check} check */
async function report({ name, run: work }) {
  const began = performance.now();
  const { code, output, notes = [] } = await work();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const lines = [`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`, ...notes];
  if (code !== 0) lines.push(output.trim(), '');
  process.stdout.write(`${lines.join('\n')}\n`);
  return code === 0;
}

/** The slowest first, so that two at a time end together. @param {string} node @returns {Check[]} */
function checks(node) {
  /** @param {string} name @param {string} path @param {string[]} args @returns {Check} */
  const program = (name, path, ...args) => ({
    name,
    run: () => runKillable(node, [`node_modules/${path}`, ...args], { cwd: ROOT, env: projectEnv() }),
  });
  const rules = (/** @type {string[]} */ ...args) =>
    runKillable(node, ['tools/rules/rules.ts', ...args], { cwd: ROOT, env: projectEnv() });
  const types = (/** @type {string} */ name, /** @type {string} */ project) =>
    program(`types-${name}`, 'typescript/bin/tsc', '--noEmit', '-p', project);
  return [
    program('types-site', 'astro/bin/astro.mjs', 'check', '--minimumFailingSeverity', 'error'),
    types('tests', 'tsconfig.tests.json'),
    types('server', 'server/tsconfig.json'),
    types('core', 'src/core/tsconfig.json'),
    types('tools', 'tools/tsconfig.json'),
    program('format', 'prettier/bin/prettier.cjs', '--check', '.', '--log-level=warn'),
    program('lint', '@biomejs/biome/bin/biome', 'ci', '--colors=off', '--error-on-warnings', '.'),
    { name: 'rules', run: () => rules() },
    { name: 'weight', run: () => rules('weight').then(inNotes) },
  ];
}

/** @param {Result} result @returns {Result} */
const inNotes = ({ code, output }) => ({ code, output, notes: code === 0 ? [output.trimEnd()] : [] });
