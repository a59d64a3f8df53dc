import { describe, expect, it } from 'vitest';
import type { Observation } from '../diagnosis/observations.ts';
import { dice } from '../diagnosis/testing.ts';
import { nameOutcomes, outcomeIdsOf } from './outcome-ids.ts';
import { segmentsOf } from './path.ts';
import { pathState, stateOf } from './path-state.ts';
import { letterChecks, letterPath, saw } from './testing.ts';

const segments = segmentsOf(letterPath);
const finding = (observations: readonly Observation[], segment: string, rules = letterPath) => {
  const path = pathState(rules, observations);
  if (path.kind === 'refused') throw new Error(path.message);
  const found = path.findings.find((one) => one.segment === segment);
  if (found === undefined) throw new Error(`no finding on ${segment}`);
  return found;
};

describe('the state of a path', () => {
  it('[W1] is not known as long as nothing was observed, and says what would show it', () => {
    const path = pathState(letterPath, []);
    if (path.kind === 'refused') throw new Error(path.message);
    expect(path.findings).toEqual(
      segments.map(({ id, unseen }) => ({ segment: id, state: 'unknown', message: unseen, checks: [] })),
    );
  });
  it('[W1] names the sentence and every check that says so', () => {
    expect(finding([saw('trace', 'nothing'), saw('scan', 'nothing')], 'sorting')).toEqual({
      ...{ segment: 'sorting', state: 'not-passed', message: 'Nothing came by.' },
      checks: ['scan', 'trace'],
    });
  });
  it('[W1] says more than that nobody looked where a check tells what is not known', () => {
    expect(finding([saw('post', 'silent')], 'door')).toMatchObject({
      ...{ state: 'unknown', message: 'Somebody may have taken it in.', checks: ['post'] },
    });
  });
  it('[W2] is not changed by an inconclusive observation, nor by one whose outcome is not told', () => {
    for (const check of letterChecks.keys())
      for (const outcome of [undefined, 'no-such-outcome', 'nothing']) {
        const unclear: Observation = { ...saw(check, outcome), verdict: 'inconclusive' };
        expect(pathState(letterPath, [unclear])).toEqual(pathState(letterPath, []));
        if (outcome !== 'nothing')
          expect(pathState(letterPath, [saw(check, outcome)])).toEqual(pathState(letterPath, []));
      }
  });
  it('[W3] needs all observations of a proof', () => {
    const both = [saw('post', 'delivered'), saw('scan', 'at-sorting')];
    expect(finding(both, 'door')).toMatchObject({ state: 'seen', checks: ['post', 'scan'] });
    expect(both.map((one) => finding([one], 'door').state)).toEqual(['unknown', 'unknown']);
  });
  it('[W3] compares whole words of what was said: 12 stamps are not 2', () => {
    const stamped = (says: string) => finding([saw('trace', 'left', says)], 'sorting').state;
    expect(['2 stamps', '12 stamps', '2 stamps more'].map(stamped)).toEqual(['seen', 'unknown', 'seen']);
  });
  it('[W4] is not known where two proofs disagree, and both checks are named', () => {
    expect(finding([saw('trace', 'nothing'), saw('scan', 'at-sorting')], 'sorting')).toEqual({
      ...{ segment: 'sorting', state: 'unknown', checks: ['scan', 'trace'] },
      message: 'Nothing came by and The scan saw it: both cannot be true. Run these checks again, together.',
    });
  });
  it('[W5] is refused when observations come from unlike places', () => {
    const elsewhere: Observation = { ...saw('scan', 'nothing'), source: 'live' };
    const path = pathState(letterPath, [saw('trace', 'nothing'), elsewhere]);
    expect(path.kind).toBe('refused');
    expect(stateOf(path, 'box')).toBe('unknown');
  });
  it('[W6] does not depend on the order of the observations', () => {
    const roll = dice(914);
    const ids = outcomeIdsOf(letterChecks.values());
    for (let round = 0; round < 200; round++) {
      const taken = [...letterChecks.keys()].flatMap((check) =>
        roll(3) === 0 ? [] : [saw(check, ids[check]?.[roll(3)], ['2 stamps', '12 stamps', ''][roll(3)])],
      );
      const states = (all: readonly Observation[]) =>
        segments.map(({ id }) => stateOf(pathState(letterPath, all), id));
      expect(states(taken.toSorted(() => roll(3) - 1))).toEqual(states(taken));
    }
  });
  it('[W9] proves by ids: a place in the check becomes its id, and an outcome without one is not told', () => {
    const ids = { post: ['returned', '', 'silent'] };
    const seen = ['1', '2', '3', '9', 'otherwise', undefined].map((place) => saw('post', place));
    expect(nameOutcomes([...seen, saw('other', '1')], ids).map(({ outcome }) => outcome)).toEqual([
      ...['returned', undefined, 'silent', undefined, 'otherwise', undefined, undefined],
    ]);
  });
});
