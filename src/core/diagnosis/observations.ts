/** What a diagnosis and a picture are made from: observations, which of them may be combined, and how they compare with what causes predict. */
import type { EndedRun } from '../protocol/down.ts';
import type { DecidingRun } from '../run/limitation.ts';
import { list } from '../text/nearest.ts';
import type { ShownSource, Verdict } from '../vocabulary.ts';

export type Observation = {
  readonly check: string;
  readonly verdict: Verdict;
  /** `undefined` where the record does not say. */
  readonly outcome: string | undefined;
  readonly source: ShownSource;
  readonly condition: string;
  /** What was observed, in words, for people. */
  readonly says?: string;
};

/** A judged run, or what was pasted, as an observation. */
export function observationOf({
  check,
  source,
  condition,
  judgement: { verdict, outcome, observed },
}: Pick<DecidingRun, 'check' | 'condition' | 'judgement'> & Pick<Observation, 'source'>): Observation {
  return { check, verdict, outcome, source, condition, says: observed };
}

/** By which outcome it came out is known only of a run of this very check: outcomes are named by their place in it. `hashes` are those of the checks. */
export function observationsOf(
  runs: readonly EndedRun[],
  hashes: ReadonlyMap<string, string>,
): Observation[] {
  return runs.map((run) => {
    const seen = observationOf(run);
    const isKnown = run.checkHash === hashes.get(run.check) && PLACE.test(seen.outcome ?? '');
    return isKnown ? seen : { ...seen, outcome: undefined };
  });
}
const PLACE = /^(?:\d+|otherwise)$/;

type Grouped =
  | { readonly kind: 'refused'; readonly message: string }
  | {
      readonly kind: 'grouped';
      /** With a result, each outcome of a check once, in the order of the checks' names. */
      readonly conclusive: readonly Observation[];
      /** Checks that have inconclusive runs only. */
      readonly inconclusive: readonly string[];
    };

/** Refuses observations of different sources or conditions: each is true of its own place only. */
export function groupObservations(observations: readonly Observation[]): Grouped {
  const withResult = observations.filter(({ verdict }) => verdict !== 'inconclusive');
  const sources = unique(withResult.map(sourceOf)).sort();
  if (sources.length > 1)
    return {
      kind: 'refused',
      message: `Expected observations from one place, found ${list(sources)}. Run the checks again in one place, or choose one of these.`,
    };
  const known = withResult.filter(({ outcome }) => outcome !== undefined);
  const wanted = withResult.filter(
    (one) =>
      one.outcome !== undefined ||
      !known.some(({ check, verdict }) => check === one.check && verdict === one.verdict),
  );
  // The first one is the newest: its words count.
  const keyed = wanted.map((one) => [`${one.check}\n${one.verdict}\n${one.outcome ?? ''}`, one] as const);
  const conclusive = [...new Map(keyed.toReversed())]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, observation]) => observation);
  const inconclusive = unique(observations.map(({ check }) => check)).filter(
    (check) => !conclusive.some((one) => one.check === check),
  );
  return { kind: 'grouped', conclusive, inconclusive: inconclusive.sort() };
}

export function sourceOf({ source, condition }: Observation): string {
  return `${source} (${condition})`;
}

export function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** One cell of the table of causes and checks. `outcome` is the outcome's name, the same for every run that comes out this way. */
export type Cell = {
  readonly verdict: Verdict;
  readonly outcome: string;
  readonly says?: string;
  /** Outcomes that differ from it in nothing that a cause changes. */
  readonly alike?: readonly string[];
};
export type Prediction = { readonly cause: string; readonly cells: ReadonlyMap<string, Cell> };

/** A cause's cell for a check. A predicted `inconclusive` says nothing, like a missing cell. */
export function cellOf(prediction: Prediction, check: string): Cell | undefined {
  const cell = prediction.cells.get(check);
  return cell === undefined || cell.verdict === 'inconclusive' ? undefined : cell;
}

export function cellKey({ verdict, outcome }: Pick<Cell, 'verdict' | 'outcome'>): string {
  return `${verdict}\n${outcome}`;
}

/** Where the outcome is not known, `differs` on both sides proves nothing: there may be two reasons. */
export function compare(
  cell: Cell | undefined,
  { verdict, outcome }: Observation,
): 'explains' | 'contradicts' | 'silent' {
  if (cell === undefined || verdict === 'inconclusive') return 'silent';
  if (outcome !== undefined && cell.alike?.includes(outcome)) return 'explains';
  if (cell.verdict !== verdict) return 'contradicts';
  if (outcome === undefined) return verdict === 'agrees' ? 'explains' : 'silent';
  return cell.outcome === outcome ? 'explains' : 'contradicts';
}

/** Of observations, newest first: those from the place of the newest with a result, and the checks left out. */
export function newestSource(observations: readonly Observation[]): {
  readonly kept: readonly Observation[];
  readonly leftOut: readonly string[];
} {
  const newest = observations.find(({ verdict }) => verdict !== 'inconclusive') ?? observations[0];
  if (newest === undefined) return { kept: [], leftOut: [] };
  const kept = observations.filter((one) => sourceOf(one) === sourceOf(newest));
  const checks = unique(observations.map(({ check }) => check)).sort();
  return { kept, leftOut: checks.filter((check) => !kept.some((one) => one.check === check)) };
}
