// Sets up for the tests, runs each project with vitest, and ends with one line of numbers that CI reads.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { attach } from '../setup/children.mjs';
import { projectEnv } from '../setup/node.mjs';
import { ending } from '../setup/signals.mjs';
import { ROOT, setUp } from '../setup.mjs';
import { blockedBy, LIMIT_MS, needsOf, roundsOf, selection } from './projects.mjs';
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
    for (const round of roundsOf(projects)) {
      if (!ending.aborted) outcomes.push(...(await takeRound(round, rest, ready)));
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
 * The last lane of a round speaks as it goes; what the others said follows it, each project whole.
 * @param {import('./projects.mjs').Project[][]} lanes
 * @param {string[]} rest
 * @param {import('../setup.mjs').Ready} ready
 * @returns {Promise<Outcome[]>}
 */
async function takeRound(lanes, rest, ready) {
  const beside = lanes.slice(0, -1).flat();
  const pathOf = (/** @type {string} */ project) => join(ROOT, `.vantage/tests-${project}.txt`);
  if (beside.length > 0) say(`The ${beside.join(' and ')} tests run beside; what they say follows.`);
  const takeLane = async (/** @type {import('./projects.mjs').Project[]} */ lane) => {
    /** @type {Outcome[]} */
    const outcomes = [];
    for (const project of lane) {
      if (ending.aborted) break;
      const path = beside.includes(project) ? pathOf(project) : undefined;
      outcomes.push(await take(project, rest, ready, path));
    }
    return outcomes;
  };
  for (const path of beside.map(pathOf)) rmSync(path, { force: true });
  const outcomes = (await Promise.all(lanes.map(takeLane))).flat();
  for (const path of beside.map(pathOf)) if (existsSync(path)) process.stdout.write(readFileSync(path));
  return outcomes;
}

/**
 * @param {import('./projects.mjs').Project} project
 * @param {string[]} rest
 * @param {import('../setup.mjs').Ready} ready
 * @param {string} [textPath] the file for what it says
 * @returns {Promise<Outcome>}
 */
async function take(project, rest, { node, missing, sentence }, textPath) {
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
  const output = textPath === undefined ? undefined : openSync(textPath, 'w');
  const ended = await attach(
    node,
    ['node_modules/vitest/vitest.mjs', 'run', '--project', project, ...reporters, ...filter],
    {
      ...{ cwd: ROOT, env: projectEnv(ROOT), limitMs: LIMIT_MS[project] },
      ...(output === undefined ? {} : { output }),
    },
  ).finally(() => {
    if (output !== undefined) closeSync(output);
  });
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
