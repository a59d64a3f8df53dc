/** The next check to take: the one that splits the causes that are left best. Ruling causes out is left to `diagnosis.ts`. */
import { diagnose, remaining } from './diagnosis.ts';
import { type Cell, cellKey, cellOf, type Observation, type Prediction, unique } from './observations.ts';

/** One way that the check can come out, and the causes that would be left then. */
export type Branch = { readonly cell: Cell; readonly remain: readonly string[] };

export type NextCheck =
  | { readonly kind: 'refused'; readonly message: string }
  /** Every cause is contradicted. */
  | { readonly kind: 'none-fits' }
  | { readonly kind: 'settled'; readonly cause: string; readonly tested: boolean }
  | {
      readonly kind: 'alike';
      readonly causes: readonly string[];
      /** Checks not taken of which all these causes predict the same. */
      readonly equal: readonly string[];
      /** Checks not taken of which not all of them predict anything. */
      readonly silent: readonly string[];
    }
  | {
      readonly kind: 'take';
      readonly check: string;
      readonly causes: readonly string[];
      /** How many causes are left on average, when each is as likely as the others. */
      readonly expected: number;
      readonly branches: readonly Branch[];
      /** Left whatever comes back: causes that say nothing of this check. */
      readonly silent: readonly string[];
    };

/** The check not taken yet, or taken without a result, after which the fewest causes are expected to be left; ties go by name. */
export function nextCheck(
  predictions: readonly Prediction[],
  observations: readonly Observation[],
): NextCheck {
  const diagnosis = diagnose(predictions, observations);
  if (diagnosis.kind === 'refused') return diagnosis;
  const names = new Set(remaining(diagnosis));
  const left = predictions.filter(({ cause }) => names.has(cause));
  const [first, ...others] = left;
  if (first === undefined) return { kind: 'none-fits' };
  if (others.length === 0) {
    const finding = diagnosis.groups.flat().find(({ cause }) => cause === first.cause);
    return { kind: 'settled', cause: first.cause, tested: finding?.state === 'fits' };
  }
  // A record without an outcome may hide one of several: such a check is worth taking again.
  const known = new Set(
    observations.flatMap(({ check, verdict, outcome }) =>
      verdict === 'inconclusive' || outcome === undefined ? [] : [check],
    ),
  );
  const open = unique(left.flatMap(({ cells }) => [...cells.keys()]))
    .filter((check) => !known.has(check))
    .sort();
  const splits = open.map((check) => split(left, check));
  const best = splits.reduce<Split | undefined>(
    (chosen, one) => (chosen === undefined || one.sum < chosen.sum ? one : chosen),
    undefined,
  );
  const causes = left.map(({ cause }) => cause).sort();
  if (best === undefined || best.sum === left.length ** 2)
    return {
      kind: 'alike',
      causes,
      equal: splits.filter(({ silent }) => silent.length === 0).map(({ check }) => check),
      silent: splits.filter(({ silent }) => silent.length > 0).map(({ check }) => check),
    };
  const { check, branches, silent, sum } = best;
  return { kind: 'take', check, causes, expected: sum / left.length, branches, silent };
}

type Split = {
  readonly check: string;
  readonly branches: readonly Branch[];
  readonly silent: readonly string[];
  /** The number of causes left, added up over every cause being the true one. Whole, so that ties are ties. */
  readonly sum: number;
};

/** A silent cause is never ruled out; and if it is the true one, nothing is known to be ruled out. */
function split(left: readonly Prediction[], check: string): Split {
  const ways = new Map<string, { readonly cell: Cell; readonly causes: string[] }>();
  const silent: string[] = [];
  for (const prediction of left) {
    const cell = cellOf(prediction, check);
    if (cell === undefined) silent.push(prediction.cause);
    else {
      const way = ways.get(cellKey(cell)) ?? { cell, causes: [] };
      way.causes.push(prediction.cause);
      ways.set(cellKey(cell), way);
    }
  }
  const branches = [...ways.values()]
    .map(({ cell, causes }) => ({ cell, remain: [...causes, ...silent].sort(), likely: causes.length }))
    .sort((a, b) => (cellKey(a.cell) < cellKey(b.cell) ? -1 : 1));
  const sum = branches.reduce((total, { likely, remain }) => total + likely * remain.length, 0);
  return {
    check,
    branches: branches.map(({ cell, remain }) => ({ cell, remain })),
    silent: silent.sort(),
    sum: sum + silent.length * left.length,
  };
}
