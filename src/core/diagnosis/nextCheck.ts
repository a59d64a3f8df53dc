/** The next check to run: the one that leaves the fewest causes. */
import { diagnose, remaining } from './diagnosis.ts';
import { type Observation, unique } from './observations.ts';
import { type Cell, cellKey, cellOf, type Prediction } from './predicted.ts';

/** One way that the check can come out, and the causes that would remain then. */
type Branch = { readonly cell: Cell; readonly remain: readonly string[] };

export type NextCheck =
  | { readonly kind: 'refused'; readonly message: string }
  /** Every cause is contradicted. */
  | { readonly kind: 'none-fits' }
  | { readonly kind: 'settled'; readonly cause: string; readonly tested: boolean }
  /** No check tells these causes apart: they predict the same for `equal`, and not all predict a result for `silent`. */
  | {
      readonly kind: 'alike';
      readonly causes: readonly string[];
      readonly equal: readonly string[];
      readonly silent: readonly string[];
    }
  | {
      readonly kind: 'run';
      readonly check: string;
      readonly causes: readonly string[];
      /** How many causes remain on average, all being equally likely. */
      readonly expected: number;
      readonly branches: readonly Branch[];
      /** Causes that predict nothing for this check: they remain whatever comes back. */
      readonly silent: readonly string[];
    };

/** Of the checks without a known outcome, the one expected to leave the fewest causes; ties go by name. */
export function nextCheck(
  predictions: readonly Prediction[],
  observations: readonly Observation[],
): NextCheck {
  const diagnosis = diagnose(predictions, observations);
  if (diagnosis.kind === 'refused') return diagnosis;
  const names = remaining(diagnosis);
  const left = predictions.filter(({ cause }) => names.includes(cause));
  const [first, ...others] = left;
  if (first === undefined) return { kind: 'none-fits' };
  if (others.length === 0) {
    const finding = diagnosis.groups.flat().find(({ cause }) => cause === first.cause);
    return { kind: 'settled', cause: first.cause, tested: finding?.state === 'fits' };
  }
  // A record without an outcome may hide one of several: such a check is worth another run.
  const known = observations
    .filter(({ verdict, outcome }) => verdict !== 'inconclusive' && outcome !== undefined)
    .map(({ check }) => check);
  const splits = unique(left.flatMap(({ cells }) => [...cells.keys()]))
    .filter((check) => !known.includes(check))
    .sort()
    .map((check) => split(left, check));
  const [best] = splits.toSorted((a, b) => a.sum - b.sum);
  const causes = left.map(({ cause }) => cause).sort();
  if (best === undefined || best.sum === left.length ** 2) {
    const checksOf = (some: readonly Split[]) => some.map(({ check }) => check);
    const equal = checksOf(splits.filter(({ silent }) => silent.length === 0));
    return { kind: 'alike', causes, equal, silent: checksOf(splits.filter((one) => one.silent.length > 0)) };
  }
  const { sum, ...chosen } = best;
  return { kind: 'run', ...chosen, causes, expected: sum / left.length };
}

type Split = {
  readonly check: string;
  readonly branches: readonly Branch[];
  readonly silent: readonly string[];
  /** The number of remaining causes, summed over every cause being the true one. Whole, so that ties are ties. */
  readonly sum: number;
};

/** A silent cause is never ruled out; and if it is the true one, nothing is known to be ruled out. */
function split(left: readonly Prediction[], check: string): Split {
  const ways = new Map<string, { readonly cell: Cell; readonly causes: string[] }>();
  const silent: string[] = [];
  for (const prediction of left) {
    const cell = cellOf(prediction, check);
    if (cell === undefined) {
      silent.push(prediction.cause);
      continue;
    }
    const way = ways.get(cellKey(cell)) ?? { cell, causes: [] };
    way.causes.push(prediction.cause);
    ways.set(cellKey(cell), way);
  }
  const sorted = [...ways].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, way]) => way);
  return {
    check,
    branches: sorted.map(({ cell, causes }) => ({ cell, remain: [...causes, ...silent].sort() })),
    silent: silent.sort(),
    sum: sorted.reduce(
      (total, { causes }) => total + causes.length * (causes.length + silent.length),
      silent.length * left.length,
    ),
  };
}
