/** What every condition must say of itself, and how conditions go together. That they do what they say is left to the lab tests. */

import { describe, expect, test } from 'vitest';
import { wantedBy } from '../arrange.ts';
import { labPackages } from '../requirements.ts';
import { combinationOf, combinations, commandsOf, conditions } from './index.ts';

describe('every condition', () => {
  test('has a name of its own', () => {
    expect(new Set(conditions.map(({ name }) => name)).size).toBe(conditions.length);
    expect(conditions[0]?.name).toBe('base');
  });

  test.each(conditions.map((condition) => [condition.name, condition] as const))(
    '%s says what it is, what is done, how close that is and where it is known from',
    (name, { title, about, mechanism, closeness, sources, apply, undo }) => {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(title.length).toBeGreaterThan(3);
      for (const text of [about, mechanism, closeness]) expect(text.length).toBeGreaterThan(30);
      expect(sources.length).toBeGreaterThan(0);
      expect(undo.length > 0).toBe(apply.length > 0);
    },
  );

  test('is a cause, or is meant for causes that there are', () => {
    const causes = conditions.filter(({ kind }) => kind === 'cause').map(({ name }) => name);
    for (const condition of conditions) {
      if (condition.kind !== 'remedy') continue;
      expect(condition.for.length).toBeGreaterThan(0);
      expect(causes).toEqual(expect.arrayContaining([...condition.for]));
    }
  });

  test('does something that a reader can see before it is done, unless it is the base', () => {
    const silent = conditions.filter((condition) => commandsOf(condition).length === 0);
    expect(silent.map(({ name }) => name)).toEqual(['base', 'port-not-reserved']);
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
    ['healthy', 'fix-nat', 'expected fix-nat on top of one of as-documented, port-not-reserved,'],
    ['base', 'fix-nat', 'found base, for which it is not meant'],
    [
      'as-documented+fix-nat+fix-local-rule',
      undefined,
      'found condition "as-documented+fix-nat+fix-local-rule"',
    ],
    ['as-documented+fix-nat', 'fix-local-rule', 'found condition "as-documented+fix-nat"'],
    ['', undefined, 'found condition ""'],
    ['as-documented', '', 'found ""'],
  ])('%j with %j is refused with a sentence', (cause, remedy, say) => {
    expect(() => combinationOf(cause, remedy)).toThrow(say);
  });

  test('every cause stands alone, and every remedy on each of its causes', () => {
    const remedies = conditions.flatMap((one) =>
      one.kind === 'remedy' ? one.for.map((on) => `${on}+${one.name}`) : [],
    );
    const causes = conditions.flatMap((one) => (one.kind === 'cause' ? [one.name] : []));
    expect(combinations.map(({ name }) => name).sort()).toEqual([...causes, ...remedies].sort());
  });
});

describe('what is wanted beyond operations', () => {
  test('of the base is a backend with TLS on every address', () => {
    expect(wantedBy(combinationOf('base').layers)).toMatchObject({
      listen: { at: 'port', address: '0.0.0.0', port: 8443, tls: true },
      upstream: null,
      proxy: null,
    });
  });

  test('by the remedy has the last word', () => {
    expect(wantedBy(combinationOf('as-documented+fix-nginx-socket').layers)).toMatchObject({
      listen: { at: 'socket' },
      upstream: expect.stringContaining('http://unix:/run/'),
    });
  });

  test('in programs is nginx, for the conditions that have it and no others', () => {
    const needing = conditions.filter(({ parts }) => parts.some(({ kind }) => kind === 'nginx'));
    const listed = labPackages.find(({ package: name }) => name === 'nginx-light')?.onlyFor;
    expect(listed).toEqual(needing.map(({ name }) => name));
  });
});
