/** Which causes still fit the observations: rules them out and ranks them. */
import { groupObservations, type Observation, unique } from './observations.ts';
import { type Cell, cellKey, cellOf, compare, type Prediction } from './predicted.ts';

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
