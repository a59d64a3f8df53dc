// Counts what a test run reports, and words it. Pure.

/** @typedef {{passed: number, failed: number, skipped: number}} Counts */
/** @typedef {{counts: Counts, notes: string[]}} Outcome `notes` are sentences for failures that no test of the run shows */

/**
 * Reads the report of one project's run. A run without a report, or one that failed without a failed test, counts as one failure.
 * @param {{project: string, code: number, tooLong: boolean, report: unknown}} run `report` is vitest's JSON, `undefined` when there is none
 * @returns {Outcome}
 */
export function outcomeOf({ project, code, tooLong, report }) {
  const facts = /** @type {Record<string, unknown>} */ (report ?? {});
  const count = (/** @type {string} */ key) => Math.max(0, Number(facts[key] ?? 0));
  const counts = {
    passed: count('numPassedTests'),
    failed: count('numFailedTests') + brokenFiles(facts.testResults),
    skipped: count('numPendingTests') + count('numTodoTests'),
  };
  const note = noteOf(counts);
  return note === undefined
    ? { counts, notes: [] }
    : { counts: { ...counts, failed: counts.failed + 1 }, notes: [`Project ${project}: ${note}`] };

  /** @param {Counts} found */
  function noteOf({ passed, failed, skipped }) {
    if (report === undefined && !tooLong)
      return `vitest ended with exit code ${code} and left no report; its own words are above.`;
    if (tooLong) return 'vitest was ended because it took too long.';
    if (code === 0) return undefined;
    if (passed + failed + skipped === 0)
      return 'vitest found no test; expected at least one (vitest.config.ts says where).';
    return failed === 0 ? `no test failed, but vitest ended with exit code ${code}; see above.` : undefined;
  }
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
