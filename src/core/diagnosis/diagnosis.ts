/** Which causes still fit what was taken: rules them out and ranks them. What to take next is left to `diagnosis-next.ts`, the words to `diagnosis-text.ts`. */
import {
  type Cell,
  cellKey,
  cellOf,
  compare,
  groupObservations,
  type Observation,
  type Prediction,
  unique,
} from './observations.ts';

export type { Cell, Observation, Prediction } from './observations.ts';

export type Contradiction = {
  readonly check: string;
  readonly predicted: Cell;
  readonly observed: Observation;
};

/** What the observations say about one cause. `explains` are checks. */
export type CauseFinding =
  | { readonly cause: string; readonly state: 'fits'; readonly explains: readonly string[] }
  | { readonly cause: string; readonly state: 'untested' }
  | {
      readonly cause: string;
      readonly state: 'contradicted';
      readonly explains: readonly string[];
      readonly by: readonly Contradiction[];
    };

export type Diagnosis =
  | { readonly kind: 'refused'; readonly message: string }
  | {
      readonly kind: 'diagnosed';
      /** Best first. Causes of one group predict the same for everything that was taken: that cannot tell them apart. */
      readonly groups: readonly (readonly CauseFinding[])[];
      /** Checks with a result. */
      readonly taken: readonly string[];
      /** Checks that were taken and ruled nothing out. */
      readonly inconclusive: readonly string[];
      /** Checks with a result of which no cause predicts anything. */
      readonly unpredicted: readonly string[];
      /** Checks that came out in more than one way. */
      readonly unsteady: readonly string[];
    };

/** Rules out the causes that contradict an observation, and ranks: what fits, what is untested, what is contradicted. */
export function diagnose(
  predictions: readonly Prediction[],
  observations: readonly Observation[],
): Diagnosis {
  const gathered = groupObservations(observations);
  if (gathered.kind === 'refused') return gathered;
  const { taken, inconclusive } = gathered;
  const groups = new Map<string, CauseFinding[]>();
  for (const prediction of [...predictions].sort((a, b) => byName(a.cause, b.cause))) {
    const alike = signature(prediction, taken);
    groups.set(alike, [...(groups.get(alike) ?? []), findingOn(prediction, taken)]);
  }
  const checks = unique(taken.map(({ check }) => check));
  return {
    kind: 'diagnosed',
    // Sorting is stable, and the groups stand in the order of their first names.
    groups: [...groups.values()].sort(([a], [b]) => (a && b ? rank(a, b) : 0)),
    taken: checks,
    inconclusive,
    unpredicted: checks.filter((check) => predictions.every((one) => cellOf(one, check) === undefined)),
    unsteady: checks.filter((check) => taken.filter((one) => one.check === check).length > 1),
  };
}

/** The causes that nothing contradicts, best first. */
export function remaining(diagnosis: Extract<Diagnosis, { kind: 'diagnosed' }>): string[] {
  return diagnosis.groups.flat().flatMap(({ cause, state }) => (state === 'contradicted' ? [] : [cause]));
}

function findingOn(prediction: Prediction, taken: readonly Observation[]): CauseFinding {
  const { cause } = prediction;
  const explains: string[] = [];
  const by: Contradiction[] = [];
  for (const observed of taken) {
    const cell = cellOf(prediction, observed.check);
    const compared = compare(cell, observed);
    if (compared === 'explains') explains.push(observed.check);
    if (compared === 'contradicts' && cell) by.push({ check: observed.check, predicted: cell, observed });
  }
  if (by.length > 0) return { cause, state: 'contradicted', explains, by };
  return explains.length > 0 ? { cause, state: 'fits', explains } : { cause, state: 'untested' };
}

function signature(prediction: Prediction, taken: readonly Observation[]): string {
  const parts = taken.map((observed) => {
    const cell = cellOf(prediction, observed.check);
    if (cell === undefined) return '';
    return observed.outcome === undefined ? cell.verdict : cellKey(cell);
  });
  return JSON.stringify(parts);
}

function rank(a: CauseFinding, b: CauseFinding): number {
  return contradictions(a) - contradictions(b) || explained(b) - explained(a);
}

function contradictions(finding: CauseFinding): number {
  return finding.state === 'contradicted' ? finding.by.length : 0;
}

function explained(finding: CauseFinding): number {
  return finding.state === 'untested' ? 0 : finding.explains.length;
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
