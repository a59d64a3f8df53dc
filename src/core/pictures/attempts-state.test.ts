import { describe, expect, it } from 'vitest';
import type { Observation } from '../diagnosis/observations.ts';
import type { Judgement } from '../run/judgement.ts';
import { attemptsRules, drawingOf, trailOf } from './attempts-state.ts';
import { liveText, machineState } from './attemptsView.ts';
import { letterAttempts, letterChecks, letterPath, saw } from './testing.ts';

const rules = attemptsRules(letterAttempts, letterChecks);
const [attempt] = rules.attempts;
if (attempt === undefined) throw new Error('expected an attempt, found none');
const trail = (...observations: Observation[]) => trailOf(rules, attempt, letterPath, observations);
const ending = (...observations: Observation[]) => {
  const found = trail(...observations);
  return found.at === 'observed' ? found.ending.id : found.at;
};
const way = (...observations: Observation[]) => {
  const found = trail(...observations);
  return found.at === 'observed' ? found.way : found.at;
};
const judgement = (changes: Partial<Judgement> = {}): Judgement => ({
  ...{ verdict: 'agrees', findings: [], observed: 'x', outcome: '1', means: 'It is so.', judge: 2 },
  ...changes,
});
const problem = (kind: 'unreachable' | 'lost' | 'control-failed'): Judgement =>
  judgement({ verdict: 'inconclusive', problem: { kind, message: 'Why.' } });

describe('the picture of the attempts', () => {
  it('[V1] shows what is documented until an attempt was made, by the stated way', () => {
    expect(trail(saw('trace', 'left'))).toEqual({ at: 'documented' });
    expect(attempt.documented.id).toBe('otherwise');
    expect(drawingOf({ at: 'documented' }, attempt)).toBe('stopped-sorted');
  });
  it('[V2] shows how the latest attempt ended, and whether that differs from the page', () => {
    expect(trail({ ...saw('post', 'returned'), verdict: 'agrees' })).toMatchObject({ differs: false });
    expect(trail(saw('post', 'delivered'))).toMatchObject({ differs: true, way: 'unknown' });
    expect([ending(saw('post', 'returned')), ending(saw('post', 'delivered'))]).toEqual([
      ...['returned', 'arrived'],
    ]);
  });
  it('[V2] has no ending for an outcome that this version of the check does not know', () => {
    expect([ending(saw('post', undefined)), ending(saw('post', 'silent'))]).toEqual([
      ...['otherwise', 'otherwise'],
    ]);
  });
  it('[V3] never draws an inconclusive attempt as one that ended', () => {
    const unclear = trail({ ...saw('post', 'returned'), verdict: 'inconclusive' });
    expect(unclear).toEqual({ at: 'inconclusive' });
    expect(drawingOf(unclear, attempt)).toBe('begun');
  });
  it('[V4] draws the way that the path of the same place shows, and none where nobody looked', () => {
    const [returned, left, nothing] = [
      saw('post', 'returned'),
      saw('scan', 'at-sorting'),
      saw('trace', 'nothing'),
    ];
    expect([way(returned), way(returned, left), way(returned, nothing)]).toEqual([
      ...['unknown', 'sorted', 'stuck'],
    ]);
    expect(way(returned, { ...left, condition: 'another' })).toBe('unknown');
    expect(drawingOf(trail(saw('post', 'delivered'), left), attempt)).toBe('through-sorted');
  });
  it('[V4] draws no way that does not go together with how the attempt ended', () => {
    expect(way(saw('post', 'delivered'), saw('trace', 'nothing'))).toBe('unknown');
  });
  it('[V4] tells no way of an attempt for which the page states none', () => {
    const plain = { ...attempt, way: undefined };
    expect(
      trailOf(rules, plain, letterPath, [saw('post', 'returned'), saw('scan', 'at-sorting')]),
    ).toMatchObject({ way: 'unknown' });
  });
  it('[V5] says of a machine that it answers when any run on it came to a result', () => {
    expect(machineState([])).toBe('not asked');
    expect(machineState([problem('unreachable'), problem('lost')])).toBe('not reached');
    expect(machineState([problem('unreachable'), judgement()])).toBe('answers');
    expect(machineState([problem('control-failed')])).toBe('answers');
    const members = (['agrees', 'inconclusive'] as const).map((verdict) => ({
      ...{ name: verdict, verdict, observed: 'x' },
    }));
    expect(machineState([{ ...problem('unreachable'), members }])).toBe('answers');
  });
});

describe('a text that follows the runs', () => {
  const texts = (...observations: Observation[]) =>
    rules.live.map((text) =>
      liveText(
        text,
        letterPath,
        { backend: ['post'] },
        {
          observations,
          runs: observations.map(({ check, source }) => ({
            ...{ check, source: source === 'pasted' ? 'lab' : source },
            judgement: judgement(),
          })),
        },
      ),
    );
  it('[V1] says what it said at first while there is nothing to tell', () => {
    expect(texts()).toEqual(['not asked', undefined, undefined]);
    expect(texts({ ...saw('trace', 'left', 'a b'), verdict: 'inconclusive' })[1]).toBeUndefined();
  });
  it('[V2] has the word that it is about, with more where there is room, or all that was observed', () => {
    const said = (outcome: string, says: string) => texts(saw('trace', outcome, says))[1];
    expect(said('left', 'stamp 123456 x')).toBe('123456 ok');
    expect(said('left', 'stamp 1234567 x')).toBe('1234567');
    expect(said('left', 'stamp')).toBe('stamp');
    expect(said('nothing', 'no stamp at all')).toBe('no stamp at all');
  });
  it('[V4] tells the path of an attempt that was made, as far as it is known', () => {
    expect(texts(saw('post', 'returned'), saw('trace', 'nothing'))[2]).toBe('nothing came');
    expect(texts(saw('post', 'returned'))[2]).toBe('not known');
    expect(texts(saw('trace', 'nothing'))[2]).toBeUndefined();
  });
  it('[V5] says that a machine was recorded while its recordings are shown', () => {
    expect(texts(saw('post', 'returned'))[0]).toBe('answers');
    expect(texts({ ...saw('post', 'returned'), source: 'recording' })[0]).toBe('recorded');
  });
});
