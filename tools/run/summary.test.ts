// What a test run's numbers are, above all when vitest itself went wrong.
import { expect, test } from 'vitest';
import { isGood, outcomeOf, summaryLine, total } from './summary.mjs';

const run = { project: 'unit', code: 0, tooLong: false };
const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };

test('a good run is counted as vitest counts it', () => {
  expect(outcomeOf({ ...run, report })).toEqual({ counts: { passed: 3, failed: 0, skipped: 0 }, notes: [] });
});

test('skipped and unwritten tests are counted, never hidden', () => {
  const { counts } = outcomeOf({ ...run, report: { ...report, numPendingTests: 2, numTodoTests: 1 } });
  expect(summaryLine(counts)).toBe('3 passed, 0 failed, 3 skipped');
});

test('failed tests and broken files are named at the end, with the first line of what they say', () => {
  const failed = { status: 'failed', fullName: 'a row agrees', failureMessages: ['expected 1\n  at line 3'] };
  const testResults = [
    {
      name: 'e2e/one.test.ts',
      status: 'failed',
      assertionResults: [failed, { status: 'passed', fullName: 'b' }],
    },
    { name: 'e2e/two.test.ts', status: 'failed', assertionResults: [] },
  ];
  expect(outcomeOf({ ...run, code: 1, report: { ...report, numFailedTests: 1, testResults } })).toEqual({
    counts: { passed: 3, failed: 2, skipped: 0 },
    notes: [
      'Failed: e2e/one.test.ts > a row agrees: expected 1',
      'Failed: e2e/two.test.ts: no test of it could run',
    ],
  });
});

test('of many failures the first twenty are named, the others counted', () => {
  const assertionResults = Array.from({ length: 25 }, (_, index) => ({
    status: 'failed',
    fullName: `t${index}`,
  }));
  const testResults = [{ name: 'a.test.ts', status: 'failed', assertionResults }];
  const { notes } = outcomeOf({ ...run, code: 1, report: { ...report, numFailedTests: 25, testResults } });
  expect(notes).toHaveLength(21);
  expect(notes.at(-1)).toBe('… and 5 more');
});

test('a file that could not even be loaded counts as one failure', () => {
  const testResults = [
    { status: 'failed', assertionResults: [] },
    { status: 'passed', assertionResults: [{ status: 'passed' }] },
  ];
  expect(outcomeOf({ ...run, code: 1, report: { ...report, testResults } }).counts.failed).toBe(1);
});

test('a file with failed tests is not counted a second time', () => {
  const testResults = [{ status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] }];
  expect(
    outcomeOf({ ...run, code: 1, report: { ...report, numFailedTests: 1, testResults } }).counts.failed,
  ).toBe(1);
});

test('a crash without a report is a failure with a sentence', () => {
  const { counts, notes } = outcomeOf({ ...run, code: 139, report: undefined });
  expect(counts).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(notes.join()).toContain('exit code 139 and left no report');
});

test('an exit code that no test explains is a failure: an error outside any test', () => {
  const { counts, notes } = outcomeOf({ ...run, code: 1, report });
  expect(counts).toEqual({ passed: 3, failed: 1, skipped: 0 });
  expect(notes.join()).toContain('no test failed, but vitest ended with exit code 1');
});

test('a project in which vitest found no test is a failure', () => {
  const { counts, notes } = outcomeOf({ ...run, code: 1, report: { ...report, numPassedTests: 0 } });
  expect(counts.failed).toBe(1);
  expect(notes.join()).toContain('found no test');
});

test('a run that took too long is a failure, with or without a report', () => {
  expect(outcomeOf({ ...run, code: 143, tooLong: true, report: undefined }).notes.join()).toContain(
    'too long',
  );
  expect(outcomeOf({ ...run, code: 0, tooLong: true, report }).counts.failed).toBe(1);
});

test('the last line adds up the projects, and names skipped tests only when there are any', () => {
  const sum = total([
    { passed: 1, failed: 0, skipped: 0 },
    { passed: 2, failed: 1, skipped: 0 },
  ]);
  expect(summaryLine(sum)).toBe('3 passed, 1 failed');
});

test('a run is good only when nothing failed and something ran', () => {
  expect(isGood({ passed: 1, failed: 0, skipped: 5 })).toBe(true);
  expect(isGood({ passed: 1, failed: 1, skipped: 0 })).toBe(false);
  expect(isGood({ passed: 0, failed: 0, skipped: 5 })).toBe(false);
});
