import { describe, expect, it } from 'vitest';
import { evaluateExpectation } from './evaluateExpectation.ts';

describe('expectations', () => {
  const evidence = {
    steps: new Map([['s', { exit: 0, stdout: 'b\na\n', stderr: '', seconds: 2 }]]),
    values: new Map([
      ['x', { read: true as const, value: 1 }],
      ['y', { read: true as const, value: 1 }],
      ['z', { read: false as const, message: 'gone' }],
    ]),
  };
  const place = { step: 's', stream: 'stdout' as const };
  it('[M9] sets ignore order but not members', () => {
    expect(evaluateExpectation({ kind: 'set', ...place, includes: ['a'] }, evidence).holds).toBe(true);
    expect(evaluateExpectation({ kind: 'set-equals', ...place, members: ['a', 'b'] }, evidence).holds).toBe(
      true,
    );
    expect(evaluateExpectation({ kind: 'set-equals', ...place, members: ['a'] }, evidence)).toMatchObject({
      holds: false,
      observed: 'besides: b',
    });
  });
  it('[M8] same needs every value to be read and equal', () => {
    expect(evaluateExpectation({ kind: 'same', values: ['x', 'y'] }, evidence).holds).toBe(true);
    expect(evaluateExpectation({ kind: 'same', values: ['x', 'z'] }, evidence).holds).toBe('unreadable');
  });
  it('[J2] an expectation about a step that did not end is unreadable, not met', () =>
    expect(evaluateExpectation({ kind: 'empty', step: 'other', stream: 'stdout' }, evidence).holds).toBe(
      'unreadable',
    ));
  it('[M3] a stream without lines is empty, and one with a line is not', () => {
    expect(evaluateExpectation({ kind: 'empty', step: 's', stream: 'stderr' }, evidence).holds).toBe(true);
    expect(evaluateExpectation({ kind: 'empty', ...place }, evidence).holds).toBe(false);
  });
  it('[M10] a text is in the stream or is not, and one of the two expectations holds', () => {
    for (const [text, there] of [
      ['a', true],
      ['b\na', true],
      ['c', false],
    ] as const) {
      expect(evaluateExpectation({ kind: 'contains', ...place, text }, evidence).holds).toBe(there);
      expect(evaluateExpectation({ kind: 'absent', ...place, text }, evidence).holds).toBe(!there);
    }
  });
  it('[M11] the time of a step is compared as its seconds', () => {
    expect(evaluateExpectation({ kind: 'time', step: 's', is: { lt: 2 } }, evidence).holds).toBe(false);
    expect(evaluateExpectation({ kind: 'time', step: 's', is: { le: 2 } }, evidence).holds).toBe(true);
  });
});
