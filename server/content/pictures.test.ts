/** The pictures of the writeup against the writeup itself: what its samples and each state of the lab show. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Check } from '../../src/core/check/check.ts';
import type { Observation } from '../../src/core/diagnosis/observations.ts';
import { judge } from '../../src/core/judge/judge.ts';
import { attemptsRules, trailOf } from '../../src/core/pictures/attempts-state.ts';
import { nameOutcomes, outcomeIdsOf, asPredicted } from '../../src/core/pictures/outcome-ids.ts';
import { segmentsOf, type SegmentState } from '../../src/core/pictures/path.ts';
import { pathState, stateOf } from '../../src/core/pictures/path-state.ts';
import { predictionsSchema } from '../../src/core/diagnosis/prediction.ts';
import { resultsOf } from '../../src/core/judge/samples.ts';
import { loadContent } from './load.ts';
import { readYaml } from '../files/yaml.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));
const loaded = (await loadContent(content)).find(({ id }) => id === 'wsl2-mirrored-networking');
if (loaded === undefined) throw new Error('expected the writeup, found none');
const checks = new Map([...loaded.checks].map(([id, { check }]) => [id, check] as const));
const [path, attempts] = [loaded.pictures.get('packet-path'), loaded.pictures.get('attempts')];
if (path?.kind !== 'path' || attempts?.kind !== 'attempts') throw new Error('expected both pictures');
const ids = outcomeIdsOf(checks.values());
const file = join(content, 'wsl2-mirrored-networking/predictions.yaml');
const { value: predictions } = readYaml(readFileSync(file, 'utf8'), file, predictionsSchema);
const conditions = predictions?.conditions ?? {};

const check = (id: string): Check => {
  const found = checks.get(id);
  if (found === undefined) throw new Error(`expected a check ${id}`);
  return found;
};
/** What the page would see of that condition. */
const seenIn = (condition: string): Observation[] =>
  asPredicted(conditions[condition] ?? {}, checks, condition);
const statesIn = (condition: string, ...segments: string[]): string[] =>
  segments.map((segment) => stateOf(pathState(path, seenIn(condition)), segment));
const inState = (taken: readonly Observation[], state: SegmentState): string[] =>
  segmentsOf(path).flatMap(({ id }) => (stateOf(pathState(path, taken), id) === state ? [id] : []));
const saw = (id: string, outcome: string, says = ''): Observation => ({
  ...{ check: id, outcome, says, verdict: 'differs', source: 'lab', condition: 'x' },
});
const bySample = (id: string, name: string): Observation => {
  const sample = check(id).samples.find((one) => one.name === name);
  if (sample === undefined) throw new Error(`expected a sample ${name} of ${id}`);
  const { verdict, outcome, observed } = judge(check(id), resultsOf(check(id), sample));
  const row = { check: id, verdict, outcome, says: observed, source: 'lab', condition: 'x' } as const;
  return nameOutcomes([row], ids)[0] ?? row;
};

describe('the path of the packet', () => {
  // The samples are real outputs.
  it.each([
    ['tcpdump-lo', 'the lab, as documented', 'lo', 'not-passed'],
    ['tcpdump-lo', 'bypasses lo, and works', 'lo', 'not-passed'],
    ['tcpdump-lo', 'bypasses lo, and nobody answers', 'lo', 'not-passed'],
    ['tcpdump-lo', 'ten packets on lo', 'lo', 'seen'],
    ['tcpdump-lo', 'refused on lo by Linux itself', 'lo', 'seen'],
    ['tcpdump-lo', 'it began too late', 'lo', 'unknown'],
    ['tcpdump-lo', 'the kernel dropped ten', 'lo', 'unknown'],
    ['tcpdump-any', 'the lab, as documented', 'output', 'ended'],
    ['tcpdump-any', 'another machine is connecting at the same time', 'output', 'ended'],
    ['tcpdump-any', 'the way to 127.0.0.1 is not seen', 'output', 'unknown'],
    ['tcpdump-any', 'Windows refuses, seen on loopback0', 'windows', 'ended'],
    ['tcpdump-any', 'Windows refuses, seen on loopback0', 'loopback0', 'seen'],
    ['tcpdump-any', 'plain loopback, the canary to 127.0.0.1 stays on lo', 'loopback0', 'not-passed'],
    ['tcpdump-any', 'plain loopback, the canary to 127.0.0.1 stays on lo', 'lo', 'seen'],
    ['tcpdump-any', 'sent back by Windows, then dropped in the guest', 'sent-back', 'seen'],
    ['tcpdump-any', 'sent back by Windows, then dropped in the guest', 'input', 'unknown'],
    ['route-lookup', 'the lab, as documented', 'table-127', 'seen'],
    ['route-lookup', 'the gateway since WSL 2.9', 'table-127', 'seen'],
    ['route-lookup', 'plain loopback', 'table-local', 'seen'],
    ['route-lookup', 'plain loopback', 'table-127', 'not-passed'],
    ['route-lookup', 'another interface', 'table-127', 'unknown'],
    ['route-lookup', 'no route', 'table-127', 'unknown'],
    ['self-loopback', 'the lab, as documented', 'socket', 'not-passed'],
    ['self-loopback', 'the backend answers', 'socket', 'unknown'],
    ['self-loopback', 'the backend is stopped', 'process', 'unknown'],
    ['self-own-address', 'the lab, as documented', 'own-address', 'not-passed'],
    ['ss-listen', 'the lab, as documented', 'listening', 'seen'],
    ['ss-listen', 'fix option 1 is in place', 'listening', 'seen'],
    ['ss-listen', 'nothing listens', 'listening', 'not-passed'],
    ['curl-from-manager', 'the lab, as documented', 'from-19', 'seen'],
    ['curl-from-manager', 'the lab, as documented', 'lan-answer', 'seen'],
    ['curl-from-manager', 'the application behind is down', 'lan-answer', 'unknown'],
    ['curl-from-manager', 'refused', 'lan-answer', 'not-passed'],
  ] as const)('[W8] %s, %s: %s is %s', (id, sample, segment, state) => {
    expect(stateOf(pathState(path, [bySample(id, sample)]), segment)).toBe(state);
  });
  it('[W7] shows an empty capture on every interface as an attempt that ended before any', () => {
    const taken = [saw('tcpdump-any', 'none-and-refused', '0 packets'), saw('self-loopback', 'refused')];
    expect(inState(taken, 'ended')).toEqual(['output']);
    expect(inState(taken, 'seen')).toEqual(['process']);
    expect(inState(taken, 'not-passed')).toEqual([
      ...['lo', 'loopback0', 'windows', 'sent-back', 'input', 'socket'],
    ]);
  });
  it('[W7] is never shown by an answer: a 200 alone lights no interface', () => {
    for (const id of ['self-loopback', 'self-own-address', 'curl-from-manager', 'manager-to-backend']) {
      const lit = inState([saw(id, 'answered')], 'seen');
      expect(lit.length).toBeGreaterThan(0);
      for (const segment of ['lo', 'loopback0', 'eth2', 'windows', 'sent-back', 'output', 'input'])
        expect(lit).not.toContain(segment);
    }
  });
});

describe('each condition of the lab', () => {
  it('[W7] as-documented ends in the output path of the guest, and nothing of it leaves', () => {
    expect(statesIn('as-documented', 'table-127', 'output', 'lo', 'loopback0', 'windows')).toEqual([
      'seen',
      'ended',
      'not-passed',
      'not-passed',
      'not-passed',
    ]);
  });
  it('[W7] port-not-reserved ends at Windows, with and without hostAddressLoopback', () => {
    for (const condition of ['port-not-reserved', 'port-not-reserved-host-loopback'])
      expect(statesIn(condition, 'output', 'lo', 'loopback0', 'windows', 'sent-back', 'socket')).toEqual([
        'seen',
        'not-passed',
        'seen',
        'ended',
        'not-passed',
        'not-passed',
      ]);
  });
  it('[W7] healthy goes all the way round', () => {
    expect(statesIn('healthy', 'loopback0', 'windows', 'sent-back', 'input', 'socket', 'lo')).toEqual([
      'seen',
      'seen',
      'seen',
      'seen',
      'seen',
      'not-passed',
    ]);
  });
  it('[W7] a firewall in the guest is not claimed: the packet came back, and the rest is not known', () => {
    for (const condition of ['input-firewall-drop', 'input-firewall-reject'])
      expect(statesIn(condition, 'sent-back', 'input', 'socket')).toEqual(['seen', 'unknown', 'not-passed']);
  });
  it('[W7] NAT and the local rule stay on lo', () => {
    for (const remedy of ['fix-nat', 'fix-local-rule'])
      expect(
        statesIn(`port-not-reserved+${remedy}`, 'table-local', 'lo', 'loopback0', 'windows', 'socket'),
      ).toEqual(['seen', 'seen', 'not-passed', 'not-passed', 'seen']);
  });
  it('[W4] nothing that the lab was verified to show contradicts itself', () => {
    expect(Object.keys(conditions).length).toBeGreaterThan(20);
    for (const condition of Object.keys(conditions)) {
      const state = pathState(path, seenIn(condition));
      expect(state.kind).toBe('known');
      expect(JSON.stringify(state)).not.toContain('both cannot be true');
    }
  });
});

describe('the ending of each outcome', () => {
  const rules = attemptsRules(attempts, checks);
  const endingOf = (outcome: Observation, id: string) => {
    const attempt = rules.attempts.find((one) => one.check === id);
    const trail = attempt && trailOf(rules, attempt, path, [outcome]);
    return trail?.at === 'observed' ? trail.ending.id : trail?.at;
  };
  it('[V2] is what curl ended with, for every sample of every cell', () => {
    const kinds = new Set<string>();
    for (const { check: id } of rules.attempts)
      for (const sample of check(id).samples) {
        const results = resultsOf(check(id), sample);
        const { verdict } = judge(check(id), results);
        const connect = results.get('connect');
        if (verdict === 'inconclusive' || connect?.how !== 'complete') continue;
        const { exit, stdout, stderr } = connect.step;
        const ending = endingOf(bySample(id, sample.name), id);
        kinds.add(ending ?? 'none');
        const connected = exit === 28 && /"connects":1/.test(stdout);
        const expected =
          exit === 0
            ? /"http":"200"/.test(stdout) && !/"tls":0\.0*,/.test(stdout)
              ? 'answered'
              : 'answered-otherwise'
            : exit === 7 && /refused/.test(stderr)
              ? 'refused'
              : exit === 28 && !connected
                ? 'no-answer'
                : 'failed';
        expect(ending, `${id}, ${sample.name}`).toBe(expected);
      }
    expect([...kinds].sort()).toEqual(['answered', 'answered-otherwise', 'failed', 'no-answer', 'refused']);
  });
  it('[V1] of what is documented is refused from .20, and answered from the others', () => {
    expect(rules.attempts.map(({ documented }) => documented.id)).toEqual([
      ...['answered', 'answered', 'refused', 'refused'],
    ]);
  });
});
