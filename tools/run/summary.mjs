// Counts what a test run reports, and words it. Pure.

/** @typedef {{passed: number, failed: number, skipped: number}} Counts */
/** @typedef {{counts: Counts, notes: string[]}} Outcome `notes` name what failed: they stand last, where a reader who has only the end sees them */
/** @typedef {{name: string, status: string, assertionResults?: {status: string, fullName: string, failureMessages?: string[]}[]}} TestFile of vitest's JSON */

const MOST_NAMED = 20;

/**
 * Reads the report of one project's run. A run without a report, or one that failed without a failed test, counts as one failure.
 * @param {{project: string, code: number, tooLong: boolean, report: unknown}} run `report` is vitest's JSON, `undefined` when there is none
 * @returns {Outcome}
 */
export function outcomeOf({ project, code, tooLong, report }) {
  const facts = /** @type {Record<string, unknown>} */ (report ?? {});
  const files = Array.isArray(facts.testResults) ? /** @type {TestFile[]} */ (facts.testResults) : [];
  const count = (/** @type {string} */ key) => Math.max(0, Number(facts[key] ?? 0));
  const counts = {
    passed: count('numPassedTests'),
    failed: count('numFailedTests') + brokenFiles(files).length,
    skipped: count('numPendingTests') + count('numTodoTests'),
  };
  const note = noteOf(counts);
  const named = namesOf(files);
  return note === undefined
    ? { counts, notes: named }
    : { counts: { ...counts, failed: counts.failed + 1 }, notes: [...named, `Project ${project}: ${note}`] };

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

/** Files that failed before any of their tests could run. @param {TestFile[]} files */
function brokenFiles(files) {
  return files.filter(
    (file) => file.status === 'failed' && !file.assertionResults?.some((one) => one.status === 'failed'),
  );
}

/** Each failed test and broken file with the first line of its error. @param {TestFile[]} files @returns {string[]} */
function namesOf(files) {
  const tests = files.flatMap((file) =>
    (file.assertionResults ?? [])
      .filter(({ status }) => status === 'failed')
      .map((one) => `${file.name} > ${one.fullName}: ${one.failureMessages?.[0]?.split('\n')[0] ?? ''}`),
  );
  const all = [...tests, ...brokenFiles(files).map(({ name }) => `${name}: no test of it could run`)];
  const more = all.length - MOST_NAMED;
  return [
    ...all.slice(0, MOST_NAMED).map((name) => `Failed: ${name}`),
    ...(more > 0 ? [`… and ${more} more`] : []),
  ];
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
