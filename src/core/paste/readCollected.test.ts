import { describe, expect, it } from 'vitest';
import { checkOf, onceStep } from '../testing.ts';
import { judgePaste } from './judgePaste.ts';
import { isHeading, readCollected } from './readCollected.ts';

const read = (text: string) =>
  readCollected(text.split('\n').map((line, index) => ({ at: index + 1, text: line })));
const begin = (role = 'backend') =>
  `===== vantage collect 1: a-writeup ${role} =====\nutc: 2026-11-30T02:00:00Z\n`;
const end = '===== end of vantage collect =====\n';
const step = (name: string, body: string) => `----- ${name} -----\n$ a command\n${body}`;
const whole = `${begin()}${step('a/one', 'out: x\nexit: 0   seconds: 0.01\n')}${end}`;

describe('[Y21] a step is read', () => {
  const ended = { exit: 0, seconds: 0.5, end: 'complete', stdout: '', stderr: '' };
  it.each([
    ['nothing printed', '', {}],
    ['both streams', 'out: a\nout:\nout:  b \nerr: c\n', { stdout: 'a\n\n b \n', stderr: 'c\n' }],
    ['no newline at the end', 'out: a\nout ends without a newline\n', { stdout: 'a' }],
    [
      'lines that look like those of the script',
      'out: ===== end of vantage collect =====\nout: ----- b/two -----\nout: exit: 7   seconds: 1.00\nerr: $ rm\n',
      {
        stdout: '===== end of vantage collect =====\n----- b/two -----\nexit: 7   seconds: 1.00\n',
        stderr: '$ rm\n',
      },
    ],
    ['a beginning', 'out: a\nout is cut after 100000 bytes\n', { stdout: 'a\n', end: 'truncated' }],
    [
      'masked values',
      'out: a [masked]\nmasked: 2\nerr: [masked]\nmasked: 1\n',
      { stdout: 'a [masked]\n', stderr: '[masked]\n' },
    ],
    [
      'a line that a terminal broke',
      'err: a line as long as the terminal is wide, which is as long as no other line is 67890\n12 and on\n',
      {
        stderr:
          'a line as long as the terminal is wide, which is as long as no other line is 6789012 and on\n',
      },
    ],
  ])('%s', (_, body, expected) => {
    const { steps, cut, rest } = read(`${begin()}${step('a/one', `${body}exit: 0   seconds: 0.50\n`)}${end}`);
    expect(steps).toMatchObject([
      { check: 'a', step: 'one', role: 'backend', command: 'a command', ...ended, ...expected },
    ]);
    expect({ cut, rest: rest.map(({ text }) => text).join('') }).toEqual({ cut: undefined, rest: '' });
  });
  it('that took too long, or was left out with a reason', () => {
    const over = step('a/one', 'over its limit\nexit: 124   seconds: 6.01\n');
    const { steps } = read(`${begin()}${over}----- a/two -----\nnot run: It needs a name.\n${end}`);
    expect(steps).toMatchObject([
      { end: 'overtime', exit: 124, seconds: 6.01, lines: [3, 6] },
      { end: 'left-out', why: 'It needs a name.', exit: undefined, lines: [7, 8] },
    ]);
  });
});

describe('[Y22] a paste that is cut', () => {
  it('has no complete step that is another in the whole, wherever it is cut', () => {
    const hard = 'out: x\nmasked: 1\nover its limit\nexit: 124   seconds: 0.01\n';
    for (const text of [whole, `${begin()}${step('a/one', hard)}${end}`]) {
      const expected = read(text).steps[0];
      for (let size = text.indexOf('$'); size < text.length - 2; size += 1) {
        const { steps, cut } = read(text.slice(0, size));
        expect(cut).toMatch(/last line is missing/);
        if (steps[0]?.end !== 'cut') expect(steps[0]).toEqual(expected);
      }
    }
  });
  it.each([
    [
      'at its end',
      whole.slice(0, whole.indexOf('exit')),
      'cut',
      /The end of `a\/one` is missing\..*last line/,
    ],
    ['at its beginning', whole.slice(whole.indexOf('-----')), 'complete', /first line is missing/],
  ])('%s says so', (_, text, how, message) => {
    const { steps, cut } = read(text);
    expect(steps).toMatchObject([{ end: how }]);
    expect(cut).toMatch(message);
  });
});

describe('[Y23] a paste', () => {
  it('of two machines has the steps of both, with their roles', () => {
    const other = `${begin('manager')}${step('a/two', 'exit: 7   seconds: 0.01\n')}${end}`;
    const { steps, rest } = read(`$ sh collect.sh\n${whole}ada@vm:~$ ping\nan answer\n${other}`);
    expect(steps.map(({ step: id, role, exit }) => [id, role, exit])).toEqual([
      ['one', 'backend', 0],
      ['two', 'manager', 7],
    ]);
    expect(rest.filter(({ text }) => text !== '')).toEqual([
      { at: 1, text: '$ sh collect.sh' },
      { at: 9, text: 'ada@vm:~$ ping' },
      { at: 10, text: 'an answer' },
    ]);
  });
  it.each([
    ['===== vantage collect 1: w r =====', true],
    [' ----- a/one ----- ', true],
    ['out: ----- a/one -----', false],
    ['===== vantage collect 2: w r =====', false],
    ['-----BEGIN CERTIFICATE-----', false],
  ])('is one of the script where it has %j: %s', (line, expected) => expect(isHeading(line)).toBe(expected));
});

describe('[Y22] the row of a step that the script', () => {
  const again = 'a command; echo "exit status: $?"';
  const check = checkOf('a', [onceStep('one', 'a command')]);
  it.each([
    ['ran', step('a/one', 'exit: 0   seconds: 0.01\n'), 'agrees', []],
    ['left out', '----- a/one -----\nnot run: It needs a name.\n', 'inconclusive', [again]],
    ['has half of', step('a/one', 'out: x\n'), 'inconclusive', [again]],
    [
      'ran by another command',
      step('a/one', 'exit: 0   seconds: 0.01\n').replace('a command', 'b'),
      'inconclusive',
      [again],
    ],
    ['ended', step('a/one', 'over its limit\nexit: 124   seconds: 9.00\n'), 'inconclusive', []],
  ])('%s', (_, text, verdict, commands) => {
    const [row] = judgePaste(begin() + text + end, [check]).rows;
    expect([row?.judgement.verdict, row?.asks.map(({ command }) => command)]).toEqual([verdict, commands]);
  });
});

it.each<[string, (text: string) => string]>([
  [
    'in a fence, below its prompt',
    (text) => `On it:\n\`\`\`console\nada@vm:~$ sh collect.sh\n${text}\`\`\`\n`,
  ],
  ['quoted', (text) => text.trimEnd().replace(/^/gm, '> ')],
  [
    'numbered',
    (text) =>
      text
        .trimEnd()
        .split('\n')
        .map((line, index) => `${index + 1}: ${line}`)
        .join('\n'),
  ],
  ['from Windows', (text) => text.replaceAll('\n', '\r\n')],
  ['indented', (text) => text.replace(/^/gm, '    ')],
])('[Y23] a paste of the script %s comes to its row', (_, put) => {
  const one = `${begin()}${step('a/one', 'out: > x\nerr:\nerr: 1: y\nexit: 0   seconds: 0.01\n')}${end}`;
  const { reading, rows } = judgePaste(put(one), [checkOf('a', [onceStep('one', 'a command')])]);
  expect([reading.cut, rows.map(({ judgement }) => judgement.verdict)]).toEqual([undefined, ['agrees']]);
});

it('[Y11] a paste is of one machine, also where a check takes every one, and two are not judged together', () => {
  const check = checkOf('a', [onceStep('one', 'a command')], { every: 'backend' });
  const rowOf = (text: string) => judgePaste(text, [check]).rows[0];
  const one = `${begin()}${step('a/one', 'exit: 0   seconds: 0.01\n')}${end}`;
  expect(rowOf(one)?.judgement).toMatchObject({
    verdict: 'agrees',
    means: expect.stringContaining('This paste is of one machine with the role `backend`'),
  });
  const both = rowOf(one + one.replace('exit: 0', 'exit: 1'));
  expect([both?.judgement.verdict, both?.asks]).toEqual([
    'inconclusive',
    [{ message: expect.stringContaining('paste that of one machine at a time') }],
  ]);
});
