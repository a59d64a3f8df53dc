// Decides what a test run's numbers are and how they are said. Pure; running the tests is test.mjs's.

/** @typedef {{passed: number, failed: number, skipped: number}} Counts */
/** @typedef {{counts: Counts, notes: string[]}} Outcome `notes` are sentences for failures that no test of the run shows */

/** @param {unknown} value @returns {number} */
const count = (value) => (typeof value === 'number' && value > 0 ? value : 0);

/**
 * Reads the report of one project's run. A run without a report, or one that failed without a failed test, counts as one failure.
 * @param {{project: string, code: number, tooLong: boolean, report: unknown}} run `report` is vitest's JSON, `undefined` when there is none
 * @returns {Outcome}
 */
export function outcomeOf({ project, code, tooLong, report }) {
  const broken = (/** @type {Counts} */ counts, /** @type {string} */ note) => ({
    counts: { ...counts, failed: counts.failed + 1 },
    notes: [note],
  });
  const none = { passed: 0, failed: 0, skipped: 0 };
  if (typeof report !== 'object' || report === null) {
    const how = tooLong ? 'was ended because it took too long' : `ended with exit code ${code}`;
    return broken(none, `Project ${project}: vitest ${how} and left no report; its own words are above.`);
  }
  const facts = /** @type {Record<string, unknown>} */ (report);
  const counts = {
    passed: count(facts.numPassedTests),
    failed: count(facts.numFailedTests) + brokenFiles(facts.testResults),
    skipped: count(facts.numPendingTests) + count(facts.numTodoTests),
  };
  if (tooLong) return broken(counts, `Project ${project}: vitest was ended because it took too long.`);
  if (code !== 0 && counts.passed + counts.failed + counts.skipped === 0) {
    return broken(
      counts,
      `Project ${project}: vitest found no test; expected at least one (vitest.config.ts says where).`,
    );
  }
  if (code !== 0 && counts.failed === 0) {
    return broken(
      counts,
      `Project ${project}: no test failed, but vitest ended with exit code ${code}; see above.`,
    );
  }
  return { counts, notes: [] };
}

/** Files that failed before any of their tests could run. @param {unknown} files */
function brokenFiles(files) {
  if (!Array.isArray(files)) return 0;
  return files.filter(
    (file) =>
      file?.status === 'failed' &&
      !file.assertionResults?.some((/** @type {{status: string}} */ one) => one.status === 'failed'),
  ).length;
}

/** @param {readonly Counts[]} all @returns {Counts} */
export function total(all) {
  const sum = (/** @type {keyof Counts} */ key) => all.reduce((so, counts) => so + counts[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/** The last line of a test run. @param {Counts} counts */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Nothing failed, and something ran. @param {Counts} counts */
export function isGood({ passed, failed }) {
  return failed === 0 && passed > 0;
}
