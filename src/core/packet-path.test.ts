import { describe, expect, it } from 'vitest';
import type { Observation } from './diagnosis-facts.ts';
import { dice } from './diagnosis-testing.ts';
import { packetPath, type SegmentState, stateOf } from './packet-path.ts';
import { PROOFS } from './packet-path-proofs.ts';
import { at, type Proof, type Segment, SEGMENTS, show } from './packet-path-segments.ts';

const saw = (check: string, outcome: string | undefined, says = ''): Observation => ({
  ...{ check, outcome, says, verdict: outcome === '1' ? 'agrees' : 'differs' },
  ...{ provenance: 'lab', condition: 'x' },
});
const inconclusive = (check: string): Observation => ({
  ...saw(check, undefined),
  verdict: 'inconclusive',
});
const finding = (observations: readonly Observation[], segment: Segment, proofs?: readonly Proof[]) => {
  const path = packetPath(observations, proofs);
  if (path.kind === 'refused') throw new Error(path.say);
  const found = path.findings.find((one) => one.segment === segment);
  if (found === undefined) throw new Error(`no finding on ${segment}`);
  return found;
};
/** The segments with a state, in the order of the way. */
const inState = (observations: readonly Observation[], state: SegmentState): string[] =>
  SEGMENTS.flatMap(({ id }) => (stateOf(packetPath(observations), id) === state ? [id] : []));

describe('the way of a packet', () => {
  it('[W1] is not known as long as nothing was observed, and says what would show it', () => {
    const path = packetPath([]);
    if (path.kind === 'refused') throw new Error(path.say);
    expect(path.findings.map(({ segment }) => segment)).toEqual(SEGMENTS.map(({ id }) => id));
    for (const { state, say, checks } of path.findings) {
      expect(state).toBe('unknown');
      expect(say.length).toBeGreaterThan(15);
      expect(checks).toEqual([]);
    }
  });
  it('[W1] names the sentence and the check that say so', () => {
    const { state, say, checks } = finding([saw('tcpdump-lo', '1', '0 packets')], 'lo');
    expect({ state, checks }).toEqual({ state: 'not-passed', checks: ['tcpdump-lo'] });
    expect(say).toContain('canaries');
  });
  it('[W2] is not changed by an inconclusive observation, nor by one whose outcome is not told', () => {
    for (const check of new Set(PROOFS.flatMap(({ from }) => from.map((sight) => sight.check)))) {
      expect(packetPath([inconclusive(check)])).toEqual(packetPath([]));
      expect(packetPath([saw(check, undefined, '2 packets')])).toEqual(packetPath([]));
      expect(packetPath([saw(check, 'no-such-outcome', '2 packets')])).toEqual(packetPath([]));
    }
  });
  it('[W3] needs all observations of a proof', () => {
    const both = [saw('self-loopback', '6'), saw('tcpdump-lo', '6')];
    expect(finding(both, 'socket').state).toBe('seen');
    expect(finding(both, 'socket').checks).toEqual(['self-loopback', 'tcpdump-lo']);
    expect(both.map((one) => finding([one], 'socket').state)).toEqual(['unknown', 'unknown']);
  });
  it('[W3] compares whole words of what was said: 12 packets are not 2', () => {
    const refusal = (says: string) => finding([saw('tcpdump-any', '4', says)], 'windows').state;
    expect([refusal('2 packets'), refusal('12 packets'), refusal('4 packets')]).toEqual([
      'ended',
      'unknown',
      'unknown',
    ]);
  });
  it('[W4] is not known where two proofs disagree, and both checks are named', () => {
    const proofs: Proof[] = [
      { from: [at('a', '1')], shows: [show('lo', 'seen', 'A saw it.')] },
      { from: [at('b', '1')], shows: [show('lo', 'not-passed', 'B did not.')] },
    ];
    const { state, say, checks } = finding([saw('a', '1'), saw('b', '1')], 'lo', proofs);
    expect({ state, checks }).toEqual({ state: 'unknown', checks: ['a', 'b'] });
    expect(say).toBe('A saw it and B did not: that cannot both be. Take these checks again, together.');
  });
  it('[W5] is refused when observations come from unlike places', () => {
    const elsewhere: Observation = { ...saw('tcpdump-lo', '1'), provenance: 'live' };
    expect(packetPath([saw('tcpdump-any', '1'), elsewhere]).kind).toBe('refused');
    expect(stateOf(packetPath([saw('tcpdump-any', '1'), elsewhere]), 'lo')).toBe('unknown');
  });
  it('[W6] does not depend on the order of the observations', () => {
    const roll = dice(914);
    const checks = [...new Set(PROOFS.flatMap(({ from }) => from.map(({ check }) => check)))];
    for (let round = 0; round < 200; round++) {
      const taken = checks.flatMap((check) =>
        roll(3) === 0 ? [] : [saw(check, String(1 + roll(9)), ['0 packets', '2 packets', ''][roll(3)])],
      );
      const turned = taken.toSorted(() => roll(3) - 1);
      const states = (all: readonly Observation[]) => SEGMENTS.map(({ id }) => stateOf(packetPath(all), id));
      expect(states(turned)).toEqual(states(taken));
    }
  });
  it('[W7] shows an empty capture on every interface as an attempt that ended before any', () => {
    const taken = [saw('tcpdump-any', '1', '0 packets'), saw('self-loopback', '1')];
    expect(inState(taken, 'ended')).toEqual(['output']);
    expect(inState(taken, 'seen')).toEqual(['process']);
    expect(inState(taken, 'not-passed')).toEqual([
      'lo',
      'loopback0',
      'windows',
      'sent-back',
      'input',
      'socket',
    ]);
  });
  it('[W7] never takes an answer for a way: a 200 alone lights no interface', () => {
    for (const check of ['self-loopback', 'self-own-address', 'curl-from-manager', 'manager-to-backend']) {
      const lit = inState([saw(check, check.startsWith('self') ? '6' : '1')], 'seen');
      for (const segment of ['lo', 'loopback0', 'eth2', 'windows', 'sent-back', 'output', 'input'])
        expect(lit).not.toContain(segment);
    }
  });
});
