import { describe, expect, it } from 'vitest';
import { diagnose } from './diagnosis.ts';
import type { Observation, Prediction } from './observations.ts';
import { asPredicted, dice, randomObservations, randomTable } from './testing.ts';
import { diagnosisText } from './diagnosisText.ts';

const seeds = Array.from({ length: 400 }, (_, index) => index + 1);

function groups(predictions: readonly Prediction[], observations: readonly Observation[]) {
  const diagnosis = diagnose(predictions, observations);
  if (diagnosis.kind === 'refused') throw new Error(diagnosis.message);
  return diagnosis.groups;
}

const contradicted = (predictions: readonly Prediction[], observations: readonly Observation[]) =>
  groups(predictions, observations)
    .flat()
    .flatMap(({ cause, state }) => (state === 'contradicted' ? [cause] : []))
    .sort();

describe('a diagnosis from a random table', () => {
  it('[G6] has the true cause in the first group, when all came out as it predicts', () => {
    let cases = 0;
    for (const seed of seeds) {
      const predictions = randomTable(dice(seed));
      for (const truth of predictions) {
        const [first = []] = groups(predictions, asPredicted(truth));
        expect(
          first.map(({ cause }) => cause),
          `seed ${seed}`,
        ).toContain(truth.cause);
        cases += 1;
      }
    }
    expect(cases).toBeGreaterThan(1000);
  });

  it('[G2] has the same contradicted causes after one more inconclusive observation, of any place', () => {
    let some = 0;
    for (const seed of seeds) {
      const roll = dice(seed);
      const predictions = randomTable(roll);
      const before = randomObservations(roll);
      const more: Observation = {
        check: `check-${roll(6)}`,
        verdict: 'inconclusive',
        outcome: roll(2) === 0 ? undefined : 'control-failed',
        source: 'live',
        condition: 'y',
      };
      const expected = contradicted(predictions, before);
      expect(contradicted(predictions, [...before, more]), `seed ${seed}`).toEqual(expected);
      expect(contradicted(predictions, [more, ...before]), `seed ${seed}`).toEqual(expected);
      some += expected.length;
    }
    expect(some).toBeGreaterThan(500);
  });

  it('[G7] never takes a contradiction back when an observation is added', () => {
    let grown = 0;
    for (const seed of seeds) {
      const roll = dice(seed);
      const predictions = randomTable(roll);
      const observations = randomObservations(roll);
      let before: string[] = [];
      for (let length = 1; length <= observations.length; length += 1) {
        const now = contradicted(predictions, observations.slice(0, length));
        expect(
          before.filter((cause) => !now.includes(cause)),
          `seed ${seed}`,
        ).toEqual([]);
        grown += now.length - before.length;
        before = now;
      }
    }
    expect(grown).toBeGreaterThan(500);
  });

  it('[G3] says the same in whatever order the observations and the causes come', () => {
    for (const seed of seeds) {
      const roll = dice(seed);
      const predictions = randomTable(roll);
      const observations = randomObservations(roll);
      const text = (all: readonly Prediction[], seen: readonly Observation[]) =>
        diagnosisText(diagnose(all, seen));
      expect(text(predictions.toReversed(), observations.toReversed()), `seed ${seed}`).toEqual(
        text(predictions, observations),
      );
    }
  });
});
