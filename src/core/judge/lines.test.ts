import { describe, expect, it } from 'vitest';
import { dice } from '../diagnosis/testing.ts';
import type { LinePattern } from '../check/expectation.ts';
import { matchLines, collapseBlanks, toLines } from './lines.ts';
import { compile, compileGlob } from '../check/pattern.ts';

const matches = (lines: string[], patterns: LinePattern[], blanks: 'kept' | 'collapsed' = 'kept') =>
  matchLines(lines, patterns, blanks).matches;

describe('expressions', () => {
  it('[M1] match one whole line, so "0 packets captured" is not in "10 packets captured"', () => {
    const pattern = compile('0 packets captured');
    expect(pattern.matches('0 packets captured')).toBe(true);
    expect(pattern.matches('10 packets captured')).toBe(false);
    expect(pattern.matches('0 packets captured ')).toBe(false);
  });
  it('[M1] take linear time on a pattern that makes backtracking engines explode', () => {
    const from = performance.now();
    expect(compile('(a+)+b').matches(`${'a'.repeat(30_000)}c`)).toBe(false);
    expect(performance.now() - from).toBeLessThan(20_000);
  });
  it('[M1] refuse what RE2 cannot do in linear time', () => expect(() => compile('(a)\\1')).toThrow());
  it('[M1] give the groups of a whole match', () =>
    expect(compile('(\\d+) packets (\\w+)').groups('12 packets captured')).toEqual(['12', 'captured']));
  it('[M1] a glob finds its second chance, where the first literal match leads nowhere', () => {
    expect(compileGlob('rtt * ms').matches('rtt 0.3 ms, 12 ms')).toBe(true);
    expect(compileGlob('he*o').matches('hello foo')).toBe(true);
    expect(compileGlob('a.c').matches('abc')).toBe(false);
    expect(compileGlob('a?c').matches('abc')).toBe(true);
    expect(compileGlob('\\d+ [x]').matches('\\d+ [x]')).toBe(true);
  });
});

describe('normalisation', () => {
  it('[M3] an empty stream has no lines', () => {
    expect(toLines('')).toEqual([]);
    expect(toLines('\n')).toEqual(['']);
  });
  it('[M2] drops line ends, escapes and trailing blanks, and nothing else', () => {
    expect(
      toLines('a  \r\n\u001b[31mred\u001b[0m\t\n  b\\n\u001b]8;;http://x\u0007link\u001b]8;;\u0007'),
    ).toEqual(['a', 'red', '  b\\nlink']);
  });
  it('[M2] gives the same lines whatever ends them, is coloured in them, or is blank after them', () => {
    const roll = dice(23);
    const some = <T>(of: readonly T[]): T => of[roll(of.length)] ?? expect.unreachable();
    const letters = ['a', 'B', '0', ' ', '[', 'm', '·', '中', '\\'];
    const colours = ['\u001b[0m', '\u001b[1;31m', '\u001b]0;title\u0007', ''];
    for (let round = 0; round < 500; round += 1) {
      const lines = Array.from({ length: 1 + roll(5) }, () =>
        Array.from({ length: roll(12) }, () => some(letters))
          .join('')
          .trimEnd(),
      );
      const plain = toLines(`${lines.join('\n')}\n`);
      expect(plain).toEqual(lines);
      const dressed = lines
        .map(
          (line) => `${[...line].map((letter) => some(colours) + letter).join('')}${some(['', ' ', '\t '])}`,
        )
        .map((line) => line + some(colours) + some(['\n', '\r\n', '\r\u001b[0m\n']))
        .join('');
      expect(toLines(dressed), JSON.stringify(dressed)).toEqual(lines);
    }
  });
  it('[M2] keeps blanks within a line unless they are to be collapsed', () => {
    expect(toLines('LISTEN 0      2048')).toEqual(['LISTEN 0      2048']);
    expect(collapseBlanks(' LISTEN 0      2048 ')).toBe('LISTEN 0 2048');
  });
});

describe('sequences of lines', () => {
  it('[M4] are whole: a line too many or too few does not match', () => {
    expect(matches(['a', 'b'], [{ literal: 'a' }, { literal: 'b' }])).toBe(true);
    expect(matches(['a', 'b', 'c'], [{ literal: 'a' }, { literal: 'b' }])).toBe(false);
    expect(matches(['a'], [{ literal: 'a' }, { literal: 'b' }])).toBe(false);
    expect(matches([], [{ literal: 'a' }])).toBe(false);
  });
  it('[M4] rest stands for none, some and many lines', () => {
    for (const between of [[], ['x'], ['x', 'y', 'b']])
      expect(matches(['a', ...between, 'b'], [{ literal: 'a' }, { rest: true }, { literal: 'b' }])).toBe(
        true,
      );
  });
  it('[M5] an extra line before a glob is the only difference that is named', () => {
    const result = matchLines(['extra', 'rtt 1 ms'], [{ glob: 'rtt * ms' }], 'kept');
    expect(result).toEqual({ matches: false, line: 1, expected: 'rtt * ms (glob)', found: 'extra' });
  });
  it('[M4] optional, any and some say how often', () => {
    const pattern = (times: 'optional' | 'any' | 'some'): LinePattern[] => [
      { literal: 'a', times },
      { literal: 'b' },
    ];
    expect([0, 1, 2].map((n) => matches([...Array(n).fill('a'), 'b'], pattern('optional')))).toEqual([
      true,
      true,
      false,
    ]);
    expect([0, 1, 2].map((n) => matches([...Array(n).fill('a'), 'b'], pattern('any')))).toEqual([
      true,
      true,
      true,
    ]);
    expect([0, 1, 2].map((n) => matches([...Array(n).fill('a'), 'b'], pattern('some')))).toEqual([
      false,
      true,
      true,
    ]);
  });
  it('[M4] agrees with a brute-force matcher on every short sequence', () => {
    const alphabet: LinePattern[] = [
      { literal: 'a' },
      { literal: 'b' },
      { rest: true },
      { regex: 'a|b', times: 'optional' },
      { literal: 'a', times: 'some' },
    ];
    const asRegex = (p: LinePattern) =>
      'rest' in p
        ? '[ab]*'
        : 'regex' in p
          ? '[ab]?'
          : 'literal' in p && p.times === 'some'
            ? 'a+'
            : 'literal' in p
              ? p.literal
              : '';
    const words = (letters: string[], length: number): string[][] =>
      length === 0 ? [[]] : words(letters, length - 1).flatMap((w) => [w, ...letters.map((l) => [...w, l])]);
    for (const one of alphabet)
      for (const two of alphabet)
        for (const three of alphabet)
          for (const lines of words(['a', 'b'], 4))
            expect(matches(lines, [one, two, three])).toBe(
              new RegExp(`^${[one, two, three].map(asRegex).join('')}$`).test(lines.join('')),
            );
  });
  it('[M5] the end that came too soon is named', () => {
    expect(matchLines(['a'], [{ literal: 'a' }, { regex: 'b+' }], 'kept')).toEqual({
      matches: false,
      line: 2,
      expected: 'b+ (expression)',
      found: undefined,
    });
  });
  it('[M4] collapsed blanks are collapsed on both sides', () =>
    expect(matches(['LISTEN 0      2048'], [{ literal: 'LISTEN  0 2048' }], 'collapsed')).toBe(true));
});
