// Which test projects a command line asks for, and what each needs. Pure; running them is test.mjs's.

/** @typedef {'unit' | 'soak' | 'lab' | 'e2e'} Project */

/** In the order in which they run: the quick ones first. @type {readonly Project[]} */
const PROJECTS = ['unit', 'soak', 'lab', 'e2e'];

/**
 * The projects in rounds of lanes: lanes run beside each other, what is in one lane after each other. Unit tests compute, so they have
 * a round of their own; the others mostly wait, and those of the browser take as long as all the rest.
 * @param {readonly Project[]} projects @returns {Project[][][]}
 */
export function roundsOf(projects) {
  /** @type {Project[][][]} */
  const rounds = [[['unit']], [['soak', 'lab'], ['e2e']]];
  return rounds
    .map((lanes) =>
      lanes.map((lane) => lane.filter((one) => projects.includes(one))).filter((lane) => lane.length > 0),
    )
    .filter((lanes) => lanes.length > 0);
}

/** How long one project may take before it counts as hung. @type {Record<Project, number>} */
export const LIMIT_MS = { unit: 420_000, soak: 600_000, lab: 1_500_000, e2e: 1_500_000 };

/**
 * Splits the arguments of `npm test --`: names of projects select, all others go to vitest.
 * @param {readonly string[]} args
 * @returns {{projects: readonly Project[], rest: string[]}}
 */
export function selection(args) {
  const isProject = (/** @type {string} */ arg) => PROJECTS.some((project) => project === arg);
  const chosen = PROJECTS.filter((project) => args.includes(project));
  return { projects: chosen.length > 0 ? chosen : PROJECTS, rest: args.filter((arg) => !isProject(arg)) };
}

/** The set-up for these projects. @param {readonly Project[]} projects @returns {'unit' | 'lab' | 'tests'} */
export function needsOf(projects) {
  if (projects.includes('e2e')) return 'tests';
  return projects.includes('lab') ? 'lab' : 'unit';
}

/**
 * The Debian packages without which this project cannot run.
 * @param {Project} project @param {{lab: string[], browser: string[]}} missing
 * @returns {string[]}
 */
export function blockedBy(project, missing) {
  if (project === 'unit' || project === 'soak') return [];
  return project === 'lab' ? missing.lab : [...missing.lab, ...missing.browser];
}
