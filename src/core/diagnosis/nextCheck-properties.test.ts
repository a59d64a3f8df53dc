import { describe, expect, it } from 'vitest';
import { diagnose, remaining, nextCheck } from './diagnosis.ts';
import type { Observation, Prediction } from './observations.ts';
import { alike, asPredicted, dice, randomObservations, randomTable } from './testing.ts';

const seeds = Array.from({ length: 400 }, (_, index) => index + 1);

function left(predictions: readonly Prediction[], observations: readonly Observation[]): string[] {
  const diagnosis = diagnose(predictions, observations);
  if (diagnosis.kind === 'refused') throw new Error(diagnosis.message);
  return remaining(diagnosis).sort();
}

describe('the next check from a random table', () => {
  it('[G8] says of the next check exactly what is left after each of its outcomes', () => {
    let branches = 0;
    for (const seed of seeds) {
      const roll = dice(seed);
      const predictions = randomTable(roll);
      const seen = randomObservations(roll).slice(0, 2);
      const next = nextCheck(predictions, seen);
      if (next.kind !== 'run') continue;
      expect(next.expected).toBeLessThan(next.causes.length);
      for (const { cell, remain } of next.branches) {
        const result = { ...cell, check: next.check, source: 'lab', condition: 'x' } as const;
        expect(left(predictions, [...seen, result]), `seed ${seed}`).toEqual(remain);
        branches += 1;
      }
      const strange = { check: next.check, verdict: 'differs', outcome: 'never seen' } as const;
      const after = left(predictions, [...seen, { ...strange, source: 'lab', condition: 'x' }]);
      expect(after, `seed ${seed}`).toEqual(next.silent);
    }
    expect(branches).toBeGreaterThan(300);
  });

  it('[G9] asked again and again, the next check ends at the true cause and those that predict the same', () => {
    let runs = 0;
    for (const seed of seeds) {
      // Every cell predicted: only then can every wrong cause be ruled out.
      const predictions = randomTable(dice(seed)).map(({ cause, cells }) => ({
        cause,
        cells: new Map(
          Array.from({ length: 6 }, (_, index) => {
            const cell = cells.get(`check-${index}`);
            const usable = cell && cell.verdict !== 'inconclusive';
            return [
              `check-${index}`,
              usable ? cell : ({ verdict: 'differs', outcome: 'z' } as const),
            ] as const;
          }),
        ),
      }));
      const [truth] = predictions;
      if (!truth) continue;
      const all = asPredicted(truth);
      const seen: Observation[] = [];
      for (let step = 0; step <= all.length; step += 1) {
        const next = nextCheck(predictions, seen);
        if (next.kind !== 'run') break;
        seen.push(...all.filter(({ check }) => check === next.check));
        runs += 1;
      }
      expect(left(predictions, seen), `seed ${seed}`).toEqual(left(predictions, all));
      const isNamed = alike(predictions, truth).length === 0;
      expect(left(predictions, seen).length === 1, `seed ${seed}`).toBe(isNamed);
    }
    expect(runs).toBeGreaterThan(300);
  });
});
