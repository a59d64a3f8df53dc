import { describe, expect, it } from 'vitest';
import type { Prediction } from './observations.ts';
import { nextCheck } from './diagnosis.ts';
import { nextCheckText } from './diagnosisText.ts';
import { observed, table } from './testing.ts';

const text = (...parameters: Parameters<typeof nextCheck>) => nextCheckText(nextCheck(...parameters));
const inconclusive = { verdict: 'inconclusive', outcome: undefined } as const;

describe('the next check', () => {
  it('[G8] is the one that splits the causes best, with what each result would leave', () =>
    expect(text(table, [])).toEqual([
      'Run any next: of the 6 remaining causes it leaves 1.7 on average.',
      'If it gives "0 packets" (agrees): as-documented remains.',
      'If it gives "SYN and RST on loopback0" (differs): port-not-reserved and port-not-reserved-host-loopback remain.',
      'If it gives "every packet twice on loopback0" (differs): healthy and proxy-variable remain.',
      'If it gives "SYN out and in on loopback0, no answer" (differs): input-firewall-drop remains.',
      'If it gives anything else: no known cause remains.',
      'If it is inconclusive, it rules nothing out.',
    ]));

  it('[G8] splits only the causes that are left', () =>
    expect(text(table, [observed('self'), observed('own')])).toEqual([
      'Run any next: of the 2 remaining causes it leaves 1 on average.',
      'If it gives "0 packets" (agrees): as-documented remains.',
      'If it gives "SYN and RST on loopback0" (differs): port-not-reserved-host-loopback remains.',
      'If it gives anything else: no known cause remains.',
      'If it is inconclusive, it rules nothing out.',
    ]));

  it('[G8] can be one that was inconclusive, or whose outcome is not known, and no other that has run', () => {
    const two = table.slice(0, 2);
    expect(nextCheck(two, [observed('any', inconclusive)])).toMatchObject({ kind: 'run', check: 'any' });
    expect(nextCheck(two, [observed('any', { verdict: 'inconclusive' })])).toMatchObject({ check: 'any' });
    const ways = ['a', 'b'].map((outcome): Prediction => {
      return { cause: outcome, cells: new Map([['self', { verdict: 'differs', outcome }]]) };
    });
    const unknown = observed('self', { verdict: 'differs', outcome: undefined });
    expect(nextCheck(ways, [unknown])).toMatchObject({ kind: 'run', check: 'self' });
    const [, unreserved] = two;
    expect(
      nextCheck(table.slice(0, 3), [observed('any', { ...unreserved?.cells.get('any') })]),
    ).toMatchObject({
      check: 'own',
    });
  });

  it('[G8] goes by name where two split equally well', () =>
    expect(nextCheck(table.slice(0, 2).toReversed(), [])).toMatchObject({
      kind: 'run',
      check: 'any',
      expected: 1,
    }));

  it('[G8] never counts on ruling out a cause that says nothing of the check', () => {
    const silent: Prediction = { cause: 'silent', cells: new Map() };
    expect(text([...table.slice(0, 2), silent], [])).toEqual([
      'Run any next: of the 3 remaining causes it leaves 2.3 on average.',
      'If it gives "0 packets" (agrees): as-documented and silent remain.',
      'If it gives "SYN and RST on loopback0" (differs): port-not-reserved and silent remain.',
      'If it gives anything else: silent remains.',
      'If it is inconclusive, it rules nothing out.',
    ]);
  });

  it('[G9] names the checks that are predicted equally, where nothing left tells the causes apart', () => {
    const answered = { verdict: 'differs', outcome: 'connected, HTTP {http}' } as const;
    expect(text(table, [observed('self', answered)])).toEqual([
      'No remaining check can tell healthy and proxy-variable apart: they predict the same for any, manager and own.',
    ]);
    const confirm = (cause: string) => (cause === 'healthy' ? 'no variable is set.' : undefined);
    const naming = { cause: (name: string) => name, check: (id: string) => id, confirm };
    expect(nextCheckText(nextCheck(table, [observed('self', answered)]), naming).slice(1)).toEqual([
      'It is healthy if no variable is set.',
    ]);
    const silent: Prediction = { cause: 'silent', cells: new Map([['own', answered]]) };
    expect(text([...table, silent], [observed('self', answered)])).toEqual([
      'No remaining check can tell healthy, proxy-variable and silent apart: they predict the same for own, and not all of them predict a result for any and manager.',
    ]);
    const all = ['self', 'own'].map((check) => observed(check, answered));
    const twice = observed('any', { verdict: 'differs', outcome: 'twice' });
    expect(text(table, [...all, twice, observed('manager')])).toEqual([
      'No remaining check can tell healthy and proxy-variable apart: every check for which they predict a result has run.',
    ]);
  });

  it('[G9] says when one cause is left, or none', () => {
    expect(text(table, [observed('any')])).toEqual([
      'Only as-documented remains: there is nothing left to tell apart.',
    ]);
    const untested: Prediction = { cause: 'untested', cells: new Map() };
    expect(text([untested], [])).toEqual([
      'Only untested remains, because the others are ruled out: no check ran for which it predicts a result.',
    ]);
    expect(text(table, [observed('any', { outcome: 'never seen' })])).toEqual([
      'No known cause remains, so no check can help: the cause is not one of those known here.',
    ]);
  });

  it('[G4] refuses observations from different places', () =>
    expect(nextCheck(table, [observed('self'), observed('own', { source: 'live' })]).kind).toBe('refused'));
});
