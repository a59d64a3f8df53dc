import { describe, expect, it } from 'vitest';
import { diagnose } from './diagnosis.ts';
import type { Prediction } from './observations.ts';
import { alike, asPredicted, observed, table } from './testing.ts';
import { diagnosisText } from './diagnosisText.ts';

const text = (...parameters: Parameters<typeof diagnose>) => diagnosisText(diagnose(...parameters));

describe('a diagnosis', () => {
  it('[G1] strikes out what contradicts an observation, and names the check with both sides', () =>
    expect(text(table, [observed('self'), observed('own'), observed('any')])).toEqual([
      'as-documented fits: it explains 3 of 3 results.',
      'port-not-reserved-host-loopback is contradicted by any (predicted "SYN and RST on loopback0" (differs), observed "0 packets" (agrees)).',
      'port-not-reserved is contradicted by any (predicted "SYN and RST on loopback0" (differs), observed "0 packets" (agrees)) and own (predicted "connected, HTTP …" (differs), observed "Connection refused" (agrees)).',
      'healthy is contradicted by any (predicted "every packet twice on loopback0" (differs), observed "0 packets" (agrees)), own (predicted "connected, HTTP …" (differs), observed "Connection refused" (agrees)) and self (predicted "connected, HTTP …" (differs), observed "Connection refused" (agrees)).',
      'proxy-variable is contradicted by any (predicted "every packet twice on loopback0" (differs), observed "0 packets" (agrees)), own (predicted "connected, HTTP …" (differs), observed "Connection refused" (agrees)) and self (predicted "connected, HTTP …" (differs), observed "Connection refused" (agrees)).',
      'input-firewall-drop is contradicted by any (predicted "SYN out and in on loopback0, no answer" (differs), observed "0 packets" (agrees)), own (predicted "connected, HTTP …" (differs), observed "Connection refused" (agrees)) and self (predicted "no answer in 5 s" (differs), observed "Connection refused" (agrees)).',
    ]));

  it('[G1] tells two outcomes of the same verdict apart', () =>
    expect(
      text(table.slice(3, 5), [
        observed('self', { verdict: 'differs', outcome: 'no answer in 5 s', says: 'x' }),
      ]),
    ).toEqual([
      'input-firewall-drop fits: it explains 1 of 1 result.',
      'healthy is contradicted by self (predicted "connected, HTTP …" (differs), observed "x" (differs)).',
    ]));

  it('[G1] says so when no known cause fits', () =>
    expect(
      text(table.slice(0, 1), [observed('any', { verdict: 'differs', outcome: 'reset', says: 'SYN' })]),
    ).toEqual([
      'No known cause fits the results.',
      'as-documented is contradicted by any (predicted "0 packets" (agrees), observed "SYN" (differs)).',
    ]));

  it('[G1] leaves a cause untested when no check ran for which it predicts a result', () =>
    expect(text(table.slice(0, 2), [observed('unheard-of')])).toEqual([
      'as-documented and port-not-reserved are untested: no check ran for which they predict a result.',
      'No cause predicts a result for: unheard-of.',
    ]));

  it('[G14] takes an outcome that no cause makes for the predicted one, and keeps what the other causes predict', () => {
    const listens = { verdict: 'agrees', outcome: '1', alike: ['2'] } as const;
    const causes: Prediction[] = [
      { cause: 'up', cells: new Map([['socket', listens]]) },
      { cause: 'down', cells: new Map([['socket', { verdict: 'differs', outcome: '3' }]]) },
    ];
    expect(text(causes, [observed('socket', { verdict: 'differs', outcome: '2', says: 'x' })])).toEqual([
      'up fits: it explains 1 of 1 result.',
      expect.stringContaining('down is contradicted by socket'),
    ]);
  });

  it('[G2] rules nothing out by an inconclusive observation', () =>
    expect(
      text(table.slice(0, 1), [observed('any', { verdict: 'inconclusive', outcome: undefined })]),
    ).toEqual([
      'as-documented is untested: no check ran for which it predicts a result.',
      'Inconclusive, so it rules nothing out: any.',
    ]));

  it('[G2] rules nothing out by a prediction that is inconclusive or missing', () => {
    const unsure: Prediction = {
      cause: 'unsure',
      cells: new Map([['self', { verdict: 'inconclusive', outcome: 'control-failed' }]]),
    };
    expect(text([unsure], [observed('self'), observed('own')])).toEqual([
      'unsure is untested: no check ran for which it predicts a result.',
      'No cause predicts a result for: own and self.',
    ]);
  });

  it('[G2] uses the run with a result where the same check was inconclusive too', () =>
    expect(text(table.slice(0, 1), [observed('any', { verdict: 'inconclusive' }), observed('any')])).toEqual([
      'as-documented fits: it explains 1 of 1 result.',
    ]));

  it('[G3] ranks what explains more before what explains less, and the untested before the contradicted', () => {
    const [first] = table;
    if (!first) throw new Error('the table is empty');
    const little: Prediction = { cause: 'a-little', cells: new Map([...first.cells].slice(0, 1)) };
    const nothing: Prediction = { cause: 'a-nothing', cells: new Map() };
    const diagnosis = diagnose([nothing, little, ...table.slice(0, 2)], [observed('self'), observed('own')]);
    expect(diagnosis.kind === 'diagnosed' && diagnosis.groups.flat().map(({ cause }) => cause)).toEqual([
      'as-documented',
      'a-little',
      'a-nothing',
      'port-not-reserved',
    ]);
  });

  it('[G5] groups causes that the results cannot tell apart', () =>
    expect(text(table.slice(0, 3), [observed('self'), observed('own')])).toEqual([
      'as-documented and port-not-reserved-host-loopback fit, and the results cannot tell them apart: each explains 2 of 2 results.',
      'port-not-reserved is contradicted by own (predicted "connected, HTTP …" (differs), observed "Connection refused" (agrees)).',
    ]));

  it('[G6] names every cause of the table first, or says which ones it cannot be told from', () => {
    expect(table.map((prediction) => [prediction.cause, ...alike(table, prediction)])).toEqual([
      ['as-documented'],
      ['port-not-reserved'],
      ['port-not-reserved-host-loopback'],
      ['healthy', 'proxy-variable'],
      ['input-firewall-drop'],
      ['proxy-variable', 'healthy'],
    ]);
  });

  it('[G7] keeps a contradiction when the same check comes out otherwise later, and says that it did', () => {
    const [, unreserved] = table;
    if (!unreserved) throw new Error('the table is short');
    expect(
      text([unreserved], [...asPredicted(unreserved), observed('own', { condition: unreserved.cause })]),
    ).toEqual([
      'No known cause fits the results.',
      'port-not-reserved is contradicted by own (predicted "connected, HTTP …" (differs), observed "Connection refused" (agrees)).',
      'own came out in more than one way: something changed between the runs.',
    ]);
  });
});
