// A reporter for vitest: names the tests that passed only at their second try, so that a retry hides nothing.

export default class SecondTry {
  /** @type {string[]} */
  names = [];

  /** @param {import('vitest/node').TestCase} test */
  onTestCaseResult(test) {
    if (test.diagnostic()?.flaky) this.names.push(`${test.module.relativeModuleId} > ${test.fullName}`);
  }

  onTestRunEnd() {
    for (const name of this.names) process.stderr.write(`Passed only at the second try: ${name}\n`);
  }
}
