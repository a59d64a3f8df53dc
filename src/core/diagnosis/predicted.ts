/** What causes predict, how that compares with what was observed, and which observations a diagnosis takes. */
import type { Verdict } from '../vocabulary.ts';
import { type Observation, sourceOf, unique } from './observations.ts';

/** One cell of the table of causes and checks. `outcome` is the outcome's name, the same for every run that comes out this way. */
export type Cell = {
  readonly verdict: Verdict;
  readonly outcome: string;
  /** The prediction in words, for people. */
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
