/** Text that is written to be slow to read: matchers, values and line ends take a time that grows with its length, and no more. */
import { describe, expect, it } from 'vitest';
import { matchLines, toLines } from './judge/lines.ts';
import { compile } from './check/pattern.ts';
import { readValue } from './judge/values.ts';

const nested = ['(a+)+$', '(a|a)*$', '(a|aa)+$', '(.*)*$', '([a-zA-Z]+)*$', '(a*)*b', '(.*a){20}$'];
const texts = ['a'.repeat(50_000), `${'a'.repeat(50_000)}!`, 'ab '.repeat(17_000), `b${'a'.repeat(50_000)}`];

/** The least of three: a busy machine is no fault of the matcher. */
function least(work: () => unknown): number {
  return Math.min(
    ...[1, 2, 3].map(() => {
      const { user, system } = process.cpuUsage();
      work();
      const after = process.cpuUsage({ user, system });
      return (after.user + after.system) / 1000;
    }),
  );
}

describe('[M1] 50 kB', () => {
  it.each(nested)('against %s are answered within 100 ms, in a line and as a count', (regex) => {
    for (const text of texts) {
      expect(least(() => compile(regex).matches(text))).toBeLessThan(100);
      expect(least(() => matchLines([text], [{ regex }], 'kept'))).toBeLessThan(100);
      const step = { exit: 0, stdout: text, stderr: '', seconds: 1 };
      const source = { from: 'count', step: 's', stream: 'stdout', regex } as const;
      expect(least(() => readValue(source, new Map([['s', step]])))).toBeLessThan(100);
    }
  });
  it('do not hold the others up: what is done between two turns of the loop takes less than 50 ms', () => {
    for (const regex of nested) {
      const { matches } = compile(regex);
      for (const text of texts) expect(least(() => matches(text))).toBeLessThan(50);
    }
  });
  it.each([
    ['blanks before a letter', `${' '.repeat(50_000)}x`],
    ['blanks and tabs', `${' \t'.repeat(25_000)}x`],
    ['blanks in every line', `${' '.repeat(500)}x\n`.repeat(100)],
    ['sequences that never end', '\u001b]0;'.repeat(12_500)],
    ['a sequence of numbers', `\u001b[${'0;'.repeat(25_000)}`],
    ['escapes alone', '\u001b'.repeat(50_000)],
    ['line ends alone', '\r\n'.repeat(25_000)],
  ])('of %s are taken into lines within 100 ms', (_, text) => {
    expect(least(() => toLines(text))).toBeLessThan(100);
  });
});

it('blanks at the ends of lines are dropped as they always were', () => {
  expect(toLines('a \t\n  b  c  \r\n \n\t\nd\u2028e ')).toEqual(['a', '  b  c', '', '', 'd\u2028e']);
  const before = (text: string) => text.replace(/[ \t]+$/gm, '');
  for (const text of ['', ' ', ' a', 'a ', ' \n ', 'a \rb', 'a \u2028b', '\t \ta\t \t\n\t'])
    expect(toLines(text).join('\n'), JSON.stringify(text)).toBe(before(text).replace(/\n$/, ''));
});
