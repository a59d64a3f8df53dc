// Which test projects a command line asks for, and what each needs. Pure; running them is test.mjs's.

/** @typedef {'unit' | 'soak' | 'lab' | 'e2e'} Project */

/** In the order in which they run: the quick ones first. @type {readonly Project[]} */
const PROJECTS = ['unit', 'soak', 'lab', 'e2e'];

/** How long one project may take before it counts as hung. @type {Record<Project, number>} */
export const LIMIT_MS = { unit: 420_000, soak: 300_000, lab: 600_000, e2e: 720_000 };

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
