import { describe, expect, it } from 'vitest';
import { compares } from '../check/compareValue.ts';
import { readValue } from './values.ts';

describe('values', () => {
  const steps = new Map([
    [
      's',
      {
        exit: 7,
        stdout: '{"a":{"b":[{"c":"12"}]},"n":null,"t":"x1"}',
        stderr: '7 packets captured\n12 things\n',
        seconds: 1,
      },
    ],
  ]);
  const json = (path: string, as: 'int' | 'text' | 'float' = 'int') =>
    readValue({ from: 'json', step: 's', stream: 'stdout', path, as }, steps);
  it('[M7] JSON paths are followed through own properties only', () => {
    expect(json('a.b[0].c')).toEqual({ read: true, value: 12 });
    expect(json('n').read).toBe(false);
    expect(json('constructor.name', 'text').read).toBe(false);
    expect(json('t')).toMatchObject({ read: false, message: 'expected a whole number, found "x1"' });
  });
  it('[M7] a count is a count and a missing line is not 0', () => {
    expect(readValue({ from: 'count', step: 's', stream: 'stderr', regex: '.* packets .*' }, steps)).toEqual({
      read: true,
      value: 1,
    });
    expect(
      readValue(
        { from: 'regex', step: 's', stream: 'stderr', regex: '(\\d+) packets dropped', as: 'int' },
        steps,
      ).read,
    ).toBe(false);
    expect(
      readValue(
        { from: 'regex', step: 's', stream: 'stderr', regex: '(\\d+) packets captured', as: 'int' },
        steps,
      ),
    ).toEqual({ read: true, value: 7 });
  });
  it('[M7] JSON that is no JSON says so', () =>
    expect(
      readValue({ from: 'json', step: 's', stream: 'stderr', path: 'a', as: 'text' }, steps),
    ).toMatchObject({ read: false, message: expect.stringContaining('is not JSON') }));
});

describe('comparisons', () => {
  it('[M6] a number comparison never holds for a text', () => {
    for (const is of [
      { lt: 5 },
      { le: 5 },
      { gt: -5 },
      { ge: 0 },
      { between: [0, 9] as [number, number] },
      { about: 1, within: 9 },
    ])
      expect(compares('1', is)).toBe(false);
    expect(compares('1', { eq: 1 })).toBe(false);
  });
  it('[M6] hold at their borders', () => {
    expect([
      compares(5, { le: 5 }),
      compares(5, { lt: 5 }),
      compares(5, { between: [5, 6] }),
      compares(7, { about: 5, within: 2 }),
      compares(0, { ne: 0 }),
      compares(28, { oneOf: [7, 28] }),
    ]).toEqual([true, false, true, true, false, true]);
  });
});
