// Which test projects a command line asks for, and what each needs. Pure; running them is test.mjs's.

/** @typedef {'unit' | 'soak' | 'lab' | 'e2e'} Project */

/** In the order in which they run: the quick ones first. @type {readonly Project[]} */
const PROJECTS = ['unit', 'soak', 'lab', 'e2e'];

/**
 * The projects in rounds: those of one round run beside each other. Tests of the lab and of the browser wait more than they compute.
 * @param {readonly Project[]} projects @returns {Project[][]}
 */
export function roundsOf(projects) {
  /** @type {Project[]} */
  const waiting = projects.filter((project) => project === 'lab' || project === 'e2e');
  /** @type {Project[][]} */
  const rounds = projects
    .filter((project) => project !== 'lab' && project !== 'e2e')
    .map((project) => [project]);
  return waiting.length === 0 ? rounds : [...rounds, waiting];
}

/** How long one project may take before it counts as hung. @type {Record<Project, number>} */
export const LIMIT_MS = { unit: 420_000, soak: 300_000, lab: 1_500_000, e2e: 1_500_000 };

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
