/** Which causes still fit the observations: rules them out and ranks them; and the next check to run, the one that leaves the fewest. */
import {
  groupObservations,
  type Observation,
  unique,
  type Cell,
  cellKey,
  cellOf,
  compare,
  type Prediction,
} from './observations.ts';

export type Contradiction = {
  readonly check: string;
  readonly predicted: Cell;
  readonly observed: Observation;
};

/** What the observations say about one cause. `explains`: checks that came out as it predicts. */
export type CauseFinding = {
  readonly cause: string;
  readonly state: 'fits' | 'untested' | 'contradicted';
  readonly explains: readonly string[];
  readonly by: readonly Contradiction[];
};

export type Diagnosis =
  | { readonly kind: 'refused'; readonly message: string }
  | {
      readonly kind: 'diagnosed';
      /** Best first. The causes of a group predict the same for every check with a result. */
      readonly groups: readonly (readonly CauseFinding[])[];
      /** Checks with a result. */
      readonly conclusive: readonly string[];
      /** Checks that ran without a result. */
      readonly inconclusive: readonly string[];
      /** Checks with a result for which no cause predicts anything. */
      readonly unpredicted: readonly string[];
      /** Checks that came out in more than one way. */
      readonly inconsistent: readonly string[];
    };

/** Rules out the causes that contradict an observation. Ranks those that fit, then the untested, then the contradicted. */
export function diagnose(
  predictions: readonly Prediction[],
  observations: readonly Observation[],
): Diagnosis {
  const grouped = groupObservations(observations);
  if (grouped.kind === 'refused') return grouped;
  const { conclusive, inconclusive } = grouped;
  const byName = predictions.toSorted((a, b) => (a.cause < b.cause ? -1 : 1));
  const groups = Map.groupBy(byName, (prediction) => signature(prediction, conclusive));
  const checks = unique(conclusive.map(({ check }) => check));
  return {
    kind: 'diagnosed',
    groups: [...groups.values()]
      .map((group) => group.map((prediction) => findingOn(prediction, conclusive)))
      .sort(([a], [b]) => (a && b ? rank(a, b) : 0)),
    conclusive: checks,
    inconclusive,
    unpredicted: checks.filter((check) => predictions.every((one) => cellOf(one, check) === undefined)),
    inconsistent: checks.filter((check) => conclusive.filter((one) => one.check === check).length > 1),
  };
}

/** The causes that nothing contradicts, best first. */
export function remaining(diagnosis: Extract<Diagnosis, { kind: 'diagnosed' }>): string[] {
  return diagnosis.groups.flat().flatMap(({ cause, state }) => (state === 'contradicted' ? [] : [cause]));
}

function findingOn(prediction: Prediction, observations: readonly Observation[]): CauseFinding {
  const explains: string[] = [];
  const by: Contradiction[] = [];
  for (const observed of observations) {
    const { check } = observed;
    const predicted = cellOf(prediction, check);
    const compared = compare(predicted, observed);
    if (compared === 'explains') explains.push(check);
    if (compared === 'contradicts' && predicted) by.push({ check, predicted, observed });
  }
  const state = by.length > 0 ? 'contradicted' : explains.length > 0 ? 'fits' : 'untested';
  return { cause: prediction.cause, state, explains, by };
}

/** The same for causes that these observations cannot tell apart. */
function signature(prediction: Prediction, observations: readonly Observation[]): string {
  const parts = observations.map(({ check, outcome }) => {
    const cell = cellOf(prediction, check);
    if (cell === undefined) return '';
    return outcome === undefined ? cell.verdict : cellKey(cell);
  });
  return JSON.stringify(parts);
}

const rank = (a: CauseFinding, b: CauseFinding): number =>
  a.by.length - b.by.length || b.explains.length - a.explains.length;

/** One way that the check can come out, and the causes that would remain then. */
type Branch = { readonly cell: Cell; readonly remain: readonly string[] };

export type NextCheck =
  | { readonly kind: 'refused'; readonly message: string }
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
