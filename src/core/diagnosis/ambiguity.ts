/** Whether a table of predictions can name each of its own causes. Ruling causes out is left to `diagnosis.ts`. */
import { diagnose } from './diagnosis.ts';
import { cellOf, list, type Observation, type Prediction } from './observations.ts';
import { type Naming, plain } from './names.ts';

export type Itself =
  /** Everything taken as predicted, this cause alone stands first. */
  | { readonly kind: 'named'; readonly cause: string }
  | {
      readonly kind: 'alike';
      readonly cause: string;
      readonly others: readonly string[];
      /** The checks of which all of them predict the same. */
      readonly equal: readonly string[];
    }
  /** It predicts nothing, so it can never be named. */
  | { readonly kind: 'unpredicted'; readonly cause: string };

/** For each cause: what the diagnosis says when every check comes out as that cause predicts. */
export function diagnoseItself(predictions: readonly Prediction[]): Itself[] {
  return predictions.map((prediction): Itself => {
    const { cause } = prediction;
    const observations = asPredicted(prediction);
    if (observations.length === 0) return { kind: 'unpredicted', cause };
    const diagnosis = diagnose(predictions, observations);
    const first = diagnosis.kind === 'diagnosed' ? (diagnosis.groups[0] ?? []) : [];
    const others = first.flatMap((finding) => (finding.cause === cause ? [] : [finding.cause]));
    return others.length === 0
      ? { kind: 'named', cause }
      : { kind: 'alike', cause, others, equal: observations.map(({ check }) => check).sort() };
  });
}

/** What would be observed if this cause were the true one and nothing went wrong. */
export function asPredicted(prediction: Prediction): Observation[] {
  return [...prediction.cells.keys()].flatMap((check) => {
    const cell = cellOf(prediction, check);
    return cell ? [{ ...cell, check, source: 'lab', condition: prediction.cause }] : [];
  });
}

/** One sentence for each cause that cannot be named. */
export function itselfText(itself: readonly Itself[], naming: Naming = plain): string[] {
  return itself.flatMap((one) => {
    if (one.kind === 'named') return [];
    const cause = naming.cause(one.cause);
    if (one.kind === 'unpredicted')
      return [`${cause} predicts no result for any check, so it can never be named: add its predictions.`];
    return [
      `${cause} cannot be told from ${list(one.others.map(naming.cause))}: they predict the same for ${list(one.equal.map(naming.check))}.`,
    ];
  });
}
