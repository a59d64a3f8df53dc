// Which test projects a command line asks for, what each needs, and which run beside each other. Pure.

/** @typedef {'unit' | 'soak' | 'lab' | 'e2e'} Project */

/** `limitMs`: past it a project counts as hung. @type {Record<Project, {limitMs: number, needs: readonly ('lab' | 'browser')[]}>} */
export const PROJECTS = {
  unit: { limitMs: 1_200_000, needs: [] },
  soak: { limitMs: 1_200_000, needs: [] },
  lab: { limitMs: 3_000_000, needs: ['lab'] },
  e2e: { limitMs: 3_600_000, needs: ['lab', 'browser'] },
};

/**
 * Rounds of lanes: lanes run beside each other, the projects of a lane after each other. Unit tests compute, so they have a round of
 * their own. So do browser tests: beside the lab's, each waited for the other, and both met their limits on a slow machine.
 * @type {readonly Project[][][]}
 */
const ROUNDS = [[['unit']], [['lab'], ['soak']], [['e2e']]];

/** The rounds with these projects alone. @param {readonly Project[]} projects @returns {Project[][][]} */
export function roundsOf(projects) {
  return ROUNDS.map((lanes) =>
    lanes.map((lane) => lane.filter((one) => projects.includes(one))).filter(({ length }) => length > 0),
  ).filter(({ length }) => length > 0);
}

/**
 * Splits the arguments of `npm test --`: names of projects select, all others go to vitest.
 * @param {readonly string[]} args
 * @returns {{projects: readonly Project[], rest: string[]}}
 */
export function selection(args) {
  const all = /** @type {Project[]} */ (Object.keys(PROJECTS));
  const chosen = all.filter((project) => args.includes(project));
  const rest = args.filter((arg) => !all.some((project) => project === arg));
  return { projects: chosen.length > 0 ? chosen : all, rest };
}

/** The set-up for these projects. @param {readonly Project[]} projects @returns {'check' | 'lab' | 'tests'} */
export function setUpFor(projects) {
  const needs = projects.flatMap((project) => PROJECTS[project].needs);
  if (needs.includes('browser')) return 'tests';
  return needs.includes('lab') ? 'lab' : 'check';
}

/**
 * The Debian packages without which this project cannot run.
 * @param {Project} project @param {{lab: string[], browser: string[]}} missing
 * @returns {string[]}
 */
export function blockedBy(project, missing) {
  return PROJECTS[project].needs.flatMap((part) => missing[part]);
}
