// Sets up for the tests, runs each project with vitest, and ends with one line of numbers that CI reads.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { attach } from '../setup/children.mjs';
import { projectEnv } from '../setup/node.mjs';
import { ending } from '../setup/signals.mjs';
import { ROOT, setUp } from '../setup.mjs';
import { blockedBy, LIMIT_MS, needsOf, selection } from './projects.mjs';
import { say } from './say.mjs';
import { isGood, outcomeOf, summaryLine, total } from './summary.mjs';

/** @typedef {import('./summary.mjs').Outcome} Outcome */

/** @param {string[]} args */
export async function main(args) {
  const { projects, rest } = selection(args);
  /** @type {Outcome[]} */
  let outcomes;
  try {
    const ready = await setUp({ needs: needsOf(projects), say });
    if (ready.sentence !== '') say(ready.sentence);
    outcomes = [];
    for (const project of projects) {
      if (!ending.aborted) outcomes.push(await take(project, rest, ready));
    }
  } catch (error) {
    const words = error instanceof Error && error.name === 'Stop' ? error.message : String(error);
    outcomes = [{ counts: { passed: 0, failed: 1, skipped: 0 }, notes: [`No test could run.\n${words}`] }];
  }
  const counts = total(outcomes.map((outcome) => outcome.counts));
  for (const note of outcomes.flatMap((outcome) => outcome.notes)) say(note);
  if (counts.passed + counts.failed === 0) say('No test ran: nothing fits what was asked for.');
  process.stdout.write(`${summaryLine(counts)}\n`);
  return isGood(counts) ? 0 : 1;
}

/**
 * @param {import('./projects.mjs').Project} project
 * @param {string[]} rest
 * @param {import('../setup.mjs').Ready} ready
 * @returns {Promise<Outcome>}
 */
async function take(project, rest, { node, missing, sentence }) {
  if (blockedBy(project, missing).length > 0) {
    return {
      counts: { passed: 0, failed: 1, skipped: 0 },
      notes: [`Project ${project} was not run and counts as one failure. ${sentence}`],
    };
  }
  const path = join(ROOT, `.vantage/tests-${project}.json`);
  rmSync(path, { force: true });
  mkdirSync(join(ROOT, '.vantage'), { recursive: true });
  // Without a filter, a project that finds no test is an error of ours; with one, the tests may be in another project.
  const filter = rest.length > 0 ? [...rest, '--passWithNoTests'] : [];
  const reporters = [
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${path}`],
    '--reporter=./tools/run/second-try.mjs',
  ];
  const ended = await attach(
    node,
    ['node_modules/vitest/vitest.mjs', 'run', '--project', project, ...reporters, ...filter],
    { cwd: ROOT, env: projectEnv(ROOT), limitMs: LIMIT_MS[project] },
  );
  return outcomeOf({ project, ...ended, report: readReport(path, ended.code, filter.length > 0) });
}

/** @param {string} path @param {number} code @param {boolean} mayBeEmpty @returns {unknown} */
function readReport(path, code, mayBeEmpty) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return mayBeEmpty && code === 0 ? {} : undefined;
  }
}
