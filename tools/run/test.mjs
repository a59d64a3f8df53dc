// Sets up for the tests, runs each project with vitest, and ends with one line of numbers that CI reads.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { attach } from '../setup/children.mjs';
import { projectEnv, ENGINE as ROOT } from '../setup/places.mjs';
import { print } from '../setup/print.mjs';
import { ending } from '../setup/signals.mjs';
import { setUp } from '../setup.mjs';
import { blockedBy, PROJECTS, roundsOf, selection, setUpFor } from './projects.mjs';
import { isGood, outcomeOf, summaryLine, total } from './summary.mjs';

/** @typedef {import('./projects.mjs').Project} Project */
/** @typedef {import('./summary.mjs').Outcome} Outcome */
/** @typedef {{project: Project, rest: string[], ready: import('../setup.mjs').Ready, textPath?: string}} Request `textPath`: a file for its output */

const failure = (/** @type {string} */ note) => ({
  counts: { passed: 0, failed: 1, skipped: 0 },
  notes: [note],
});
const stateFile = (/** @type {string} */ name) => join(ROOT, '.vantage', name);

/** @param {string[]} args */
export async function main(args) {
  const { projects, rest } = selection(args);
  /** @type {Outcome[]} */
  let outcomes = [];
  try {
    const ready = await setUp(setUpFor(projects));
    if (ready.sentence !== '') print(ready.sentence);
    mkdirSync(stateFile(''), { recursive: true });
    for (const round of roundsOf(projects)) outcomes.push(...(await runRound(round, rest, ready)));
  } catch (error) {
    const words = error instanceof Error && error.name === 'Stop' ? error.message : String(error);
    outcomes = [failure(`No test could run.\n${words}`)];
  }
  const counts = total(outcomes.map((outcome) => outcome.counts));
  for (const note of outcomes.flatMap((outcome) => outcome.notes)) print(note);
  if (counts.passed + counts.failed === 0) print('No test ran: nothing fits what was asked for.');
  process.stdout.write(`${summaryLine(counts)}\n`);
  return isGood(counts) ? 0 : 1;
}

/**
 * Runs the lanes beside each other. The last one prints as it goes; the output of the others follows it, each project whole.
 * @param {Project[][]} lanes @param {string[]} rest @param {Request['ready']} ready
 * @returns {Promise<Outcome[]>}
 */
async function runRound(lanes, rest, ready) {
  const beside = lanes.slice(0, -1).flat();
  const pathOf = (/** @type {Project} */ project) => stateFile(`tests-${project}.txt`);
  if (beside.length > 0) print(`The ${beside.join(' and ')} tests run beside these; their output follows.`);
  for (const path of beside.map(pathOf)) rmSync(path, { force: true });
  const runLane = async (/** @type {Project[]} */ lane) => {
    /** @type {Outcome[]} */
    const outcomes = [];
    for (const project of lane) {
      const output = beside.includes(project) ? { textPath: pathOf(project) } : {};
      if (!ending.aborted) outcomes.push(await runProject({ project, rest, ready, ...output }));
    }
    return outcomes;
  };
  const outcomes = (await Promise.all(lanes.map(runLane))).flat();
  for (const path of beside.map(pathOf)) if (existsSync(path)) process.stdout.write(readFileSync(path));
  return outcomes;
}

/** @param {Request} request @returns {Promise<Outcome>} */
async function runProject({ project, rest, ready: { node, missing, sentence }, textPath }) {
  if (blockedBy(project, missing).length > 0)
    return failure(`Project ${project} was not run and counts as one failure. ${sentence}`);
  const path = stateFile(`tests-${project}.json`);
  rmSync(path, { force: true });
  // Without a filter, a project that finds no test is an error of ours; with one, the tests may be in another project.
  const filter = rest.length > 0 ? [...rest, '--passWithNoTests'] : [];
  const reporters = ['default', 'json', './tools/run/second-try.mjs'].map((name) => `--reporter=${name}`);
  const command = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    project,
    ...reporters,
    `--outputFile.json=${path}`,
  ];
  const file = textPath === undefined ? undefined : openSync(textPath, 'w');
  const ended = await attach(node, [...command, ...filter], {
    ...{ cwd: ROOT, env: projectEnv(), limitMs: PROJECTS[project].limitMs },
    ...(file === undefined ? {} : { output: file }),
  });
  if (file !== undefined) closeSync(file);
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
