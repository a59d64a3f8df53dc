/** Compares the cause that a page states with the page's own documented table. */
import { type Contradiction, diagnose, remaining } from './diagnosis.ts';
import type { Observation } from './observations.ts';
import type { Prediction } from './predicted.ts';
import { list } from '../text/list.ts';

/** One documented row: its check would agree. */
export type DocumentedRow = {
  readonly check: string;
  /** The outcome of the documented result; `undefined` where several are possible. */
  readonly outcome: string | undefined;
  /** The documented result in words. */
  readonly says: string;
};

/** What would settle a contradiction in one of `rows`; with no rows, any contradiction. */
export type Settle = { readonly rows: readonly string[]; readonly message: string };

export type DocumentedDiagnosis =
  | { readonly kind: 'refused'; readonly message: string }
  | {
      readonly kind: 'documented';
      readonly stated: string;
      readonly rows: number;
      /** Documented rows that the stated cause explains. */
      readonly explains: readonly string[];
      /** Documented rows that contradict the stated cause. */
      readonly by: readonly Contradiction[];
      /** Known causes that some documented row confirms and none contradicts. */
      readonly fitting: readonly string[];
      /** Empty where nothing contradicts. */
      readonly settle: readonly string[];
    };

export function diagnoseDocumented(
  predictions: readonly Prediction[],
  rows: readonly DocumentedRow[],
  stated: string,
  settle: readonly Settle[],
): DocumentedDiagnosis {
  // A documented table claims to be of one place, so its rows have one source.
  const place = { verdict: 'agrees', source: 'live', condition: 'documented' } as const;
  const observations = rows.map((row): Observation => ({ ...row, ...place }));
  const diagnosis = diagnose(predictions, observations);
  if (diagnosis.kind === 'refused') return diagnosis;
  const findings = diagnosis.groups.flat();
  const finding = findings.find(({ cause }) => cause === stated);
  if (finding === undefined)
    return {
      kind: 'refused',
      message: `Expected the stated cause to be one of ${list(findings.map(({ cause }) => cause).sort())}, found "${stated}". Name one of these, or add its predictions.`,
    };
  const { explains, by } = finding;
  const contradicted = by.map(({ check }) => check);
  const concerns = (some: Settle) =>
    some.rows.length === 0 || some.rows.some((row) => contradicted.includes(row));
  return {
    kind: 'documented',
    ...{ stated, rows: rows.length, explains, by },
    fitting: remaining(diagnosis).filter(
      (name) => findings.find(({ cause }) => cause === name)?.state === 'fits',
    ),
    settle: by.length === 0 ? [] : settle.filter(concerns).map(({ message }) => message),
  };
}
