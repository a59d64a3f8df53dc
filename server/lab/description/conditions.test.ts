/** How conditions go together, and what they want. That they do what they say is left to the lab tests. */

import { describe, expect, test } from 'vitest';
import { combinationOf as combinationIn, combinationsOf, commandsOf } from './conditions.ts';
import { desiredState } from './desiredState.ts';
import { neededPackages } from '../requirements.ts';
import { testLab } from '../testing-lab.ts';

const { conditions } = testLab;
const combinationOf = (cause: string, remedy?: string) => combinationIn(testLab, cause, remedy);

describe('every condition', () => {
  test('does something that a reader can see before it is done, unless it is the base', () => {
    const silent = conditions.filter((condition) => commandsOf(testLab, condition).length === 0);
    expect(silent.map(({ name }) => name)).toEqual(['base', 'port-not-reserved', 'port-never-steered']);
  });
});

describe('a cause and a remedy', () => {
  test('go together by two names or by one', () => {
    expect(combinationOf('port-not-reserved', 'fix-nat')).toEqual(combinationOf('port-not-reserved+fix-nat'));
    expect(combinationOf('port-not-reserved', 'fix-nat').layers.map(({ name }) => name)).toEqual([
      'port-not-reserved',
      'fix-nat',
    ]);
    expect(combinationOf('as-documented').name).toBe('as-documented');
  });

  test.each([
    ['sunny', undefined, 'expected one of base, as-documented, port-not-reserved,'],
    ['sunny', undefined, 'found condition "sunny"'],
    ['fix-nat', undefined, 'a remedy, which needs a cause before it'],
    ['healthy', 'sunny', 'expected one of the remedies fix-bind-eth2,'],
    ['healthy', 'as-documented', 'expected one of the remedies'],
    [
      'healthy',
      'fix-nat',
      'expected fix-nat on top of one of port-not-reserved-host-loopback, as-documented,',
    ],
    ['base', 'fix-nat', 'found base, for which it is not meant'],
    [
      'as-documented+fix-nat+fix-local-rule',
      undefined,
      'found condition "as-documented+fix-nat+fix-local-rule"',
    ],
    ['as-documented+fix-nat', 'fix-local-rule', 'found condition "as-documented+fix-nat"'],
    ['', undefined, 'found condition ""'],
    ['as-documented', '', 'found ""'],
  ])('%j with %j is refused with a sentence', (cause, remedy, message) => {
    expect(() => combinationOf(cause, remedy)).toThrow(message);
  });

  test('every cause stands alone, and every remedy on each of its causes', () => {
    const remedies = conditions.flatMap((one) =>
      one.kind === 'remedy' ? one.for.map((on) => `${on}+${one.name}`) : [],
    );
    const causes = conditions.flatMap((one) => (one.kind === 'cause' ? [one.name] : []));
    expect(
      combinationsOf(testLab)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...causes, ...remedies].sort());
  });
});

describe('the desired state', () => {
  const of = (name: string) => desiredState(testLab, combinationOf(name).layers);

  test('of the base is every service that is not optional, as it is described', () => {
    expect([...of('base').services]).toEqual([
      ['backend', { listen: '0.0.0.0:8443', tls: true, arguments: {} }],
      ['windows-service', { listen: '127.0.0.1:7777', tls: false, arguments: {} }],
    ]);
  });

  test('is that of the remedy where it says one', () => {
    expect(Object.fromEntries(of('as-documented+fix-nginx-socket').services)).toMatchObject({
      backend: { listen: '/run/standin/backend.sock', tls: false },
      nginx: {
        listen: '0.0.0.0:8443',
        arguments: { user: 'autobot', upstream: expect.stringContaining('http://unix:/run/') },
      },
    });
    expect(of('as-documented+fix-nat').moved).toEqual(new Set(['backend']));
  });

  test('programs that only an optional service needs do not keep the lab from starting', () => {
    const packages = (services: typeof testLab.services) =>
      neededPackages({ ...testLab, services }).map((one) => one.package);
    expect(packages(testLab.services)).not.toContain('nginx-light');
    expect(packages({})).toContain('nginx-light');
  });
});
