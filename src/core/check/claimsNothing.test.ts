import { describe, expect, it } from 'vitest';
import type { Check, ValueSource } from './check.ts';
import type { Expectation, LinePattern } from './expectation.ts';
import { lint } from './lint.ts';
import { capture } from '../testing.ts';

const faults = (change: Partial<Check>) =>
  lint({ ...capture, ...change }).map(({ path, message }) => `${path.join('.')}: ${message}`);
const place = { step: 'capture', stream: 'stdout' } as const;
const asksForControl = expect.stringContaining('expect.0: this claims that nothing happened');
const captured = (more: Partial<ValueSource> = {}): NonNullable<Check['values']> => ({
  ...capture.values,
  captured: {
    ...{ from: 'regex', step: 'capture', stream: 'stderr', regex: '(\\d+) packets captured', as: 'int' },
    ...more,
  } as ValueSource,
});
const uncontrolled = (one: Expectation, values = capture.values) =>
  faults({ controls: [], values, expect: [one] });

describe('a claim that nothing happened', () => {
  it.each<[string, Expectation, NonNullable<Check['values']>?]>([
    ['a number that a summary tells', { kind: 'value', value: 'captured', is: { eq: 0 } }, captured()],
    ['a number that may be 0', { kind: 'value', value: 'captured', is: { lt: 5 } }, captured()],
    ['anything but one number', { kind: 'value', value: 'captured', is: { ne: 5 } }, captured()],
    [
      'a number in JSON',
      { kind: 'value', value: 'captured', is: { about: 1, within: 2 } },
      captured({ from: 'json', path: 'captured', as: 'float' }),
    ],
    ['a 0 read as text', { kind: 'value', value: 'captured', is: { eq: '0' } }, captured({ as: 'text' })],
    [
      'a text that may be 0',
      { kind: 'value', value: 'captured', is: { matches: '\\d+' } },
      captured({ as: 'text' }),
    ],
    ['two amounts that are the same', { kind: 'same', values: ['packets', 'dropped'] }],
    ['lines that may all be missing', { kind: 'lines', ...place, lines: [{ regex: 'SYN.*', times: 'any' }] }],
    ['a line that may be missing', { kind: 'lines', ...place, lines: [{ literal: 'x', times: 'optional' }] }],
    ['a line that says 0', { kind: 'lines', ...place, lines: [{ literal: '0 packets captured' }] }],
    ['a line like one that says 0', { kind: 'lines', ...place, lines: [{ regex: '0 packets? .*' }] }],
    ['a text that says 0', { kind: 'contains', ...place, text: 'saw 0 packets' }],
    ['a member that says 0', { kind: 'set', ...place, includes: ['0 packets captured'] }],
    ['a text that is not there', { kind: 'absent', ...place, text: 'SYN' }],
    ['nothing at all', { kind: 'empty', ...place }],
  ])('[C1] as %s, needs a control', (_, one, values) => {
    expect(uncontrolled(one, values)).toEqual([asksForControl]);
    expect(faults({ values: values ?? capture.values ?? {}, expect: [one] })).toEqual([]);
  });

  it('[C1] is not proved by a control that nothing would satisfy as well', () => {
    const controls = [{ holds: capture.expect[0], missing: 'Packets were seen.' }];
    expect(faults({ controls: controls as Check['controls'] })).toEqual([asksForControl]);
  });

  it.each<[string, Expectation]>([
    ['a number above 0', { kind: 'value', value: 'packets', is: { gt: 0 } }],
    ['a line that must be there', { kind: 'lines', ...place, lines: [{ regex: 'SYN.*', times: 'some' }] }],
    ['an address with zeros', { kind: 'contains', ...place, text: 'at 0.0.0.0:8443 now' }],
    ['an exit of 0', { kind: 'exit', step: 'stimulus', is: { eq: 0 } }],
    ['a time', { kind: 'time', step: 'stimulus', is: { lt: 1 } }],
  ])('[C1] is not made by %s', (_, one) => expect(uncontrolled(one)).toEqual([]));
});

describe('a text that is looked for', () => {
  it('[C10] is refused when it begins or ends with a digit, as 0 packets is also in 10 packets', () => {
    for (const kind of ['contains', 'absent'] as const)
      for (const text of ['0 packets captured', 'length 41'])
        expect(faults({ expect: [{ kind, ...place, text }] })).toEqual([
          expect.stringContaining('expect.0.text: a text that begins or ends with a digit'),
        ]);
  });
  it('[C10] is refused in controls and outcomes as well', () => {
    const holds = { kind: 'contains' as const, ...place, text: 'length 41' };
    expect(faults({ controls: [...(capture.controls ?? []), { holds, missing: 'Not seen.' }] })).toEqual([
      expect.stringContaining('controls.4.holds.text: a text'),
    ]);
  });
});

describe('an item of a sequence of lines', () => {
  it.each<[LinePattern]>([[{ glob: '*' }], [{ glob: '**' }]])(
    '[C3] that is a glob for anything is refused: %j',
    (line) =>
      expect(faults({ expect: [{ kind: 'lines', ...place, lines: [line] }] })[0]).toContain(
        'expect.0.lines.0.glob: the glob',
      ),
  );
});
