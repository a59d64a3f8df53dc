/** Holds the cause that a page states against the page's own documented table. The words are left to `diagnosis-text.ts`. */
import { type Contradiction, diagnose, remaining } from './diagnosis.ts';
import { list, type Observation, type Prediction } from './observations.ts';

/** One documented row: its check would agree. */
export type DocumentedRow = {
  readonly check: string;
  /** The outcome that the documented result is; `undefined` where several are possible. */
  readonly outcome: string | undefined;
  /** The documented result in words. */
  readonly says: string;
};

/** Something that would settle a contradiction in one of `rows`; with no rows, any contradiction. */
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
      /** Known causes that no documented row contradicts and one or more confirm. */
      readonly fitting: readonly string[];
      /** What would settle it; empty where nothing contradicts. */
      readonly settle: readonly string[];
    };

/** Which documented rows contradict the cause that the page states, which known causes fit them all, and what would settle it. */
export function diagnoseDocumented(
  predictions: readonly Prediction[],
  rows: readonly DocumentedRow[],
  stated: string,
  settle: readonly Settle[],
): DocumentedDiagnosis {
  // One source, so that the rows are put together: a documented table claims to be of one place.
  const observations = rows.map((row): Observation => ({
    ...row,
    verdict: 'agrees',
    source: 'live',
    condition: 'documented',
  }));
  const diagnosis = diagnose(predictions, observations);
  if (diagnosis.kind === 'refused') return diagnosis;
  const findings = diagnosis.groups.flat();
  const finding = findings.find(({ cause }) => cause === stated);
  if (finding === undefined)
    return {
      kind: 'refused',
      message: `Expected the stated cause to be one of ${list(findings.map(({ cause }) => cause).sort())}, found "${stated}". Name one of these, or add its predictions.`,
    };
  const by = finding.state === 'contradicted' ? finding.by : [];
  const untested = new Set(findings.flatMap(({ cause, state }) => (state === 'untested' ? [cause] : [])));
  return {
    kind: 'documented',
    stated,
    rows: rows.length,
    explains: finding.state === 'untested' ? [] : finding.explains,
    by,
    fitting: remaining(diagnosis).filter((cause) => !untested.has(cause)),
    settle: by.length === 0 ? [] : settle.filter((one) => concerns(one, by)).map(({ message }) => message),
  };
}

function concerns({ rows }: Settle, by: readonly Contradiction[]): boolean {
  return rows.length === 0 || by.some(({ check }) => rows.includes(check));
}
