/** From the checks and the committed predictions to what a diagnosis is made from; and the cause that a page states beside its own documented table. */
import { type Contradiction, diagnose, remaining } from './diagnosis.ts';
import type { Observation, Prediction } from './observations.ts';
import { list } from '../text/nearest.ts';
import type { Check } from '../check/check.ts';
import { judge } from '../judge/judge.ts';
import type { Predictions } from './prediction.ts';
import { resultsOf } from '../judge/samples.ts';

/** One documented row: its check would agree. */
export type DocumentedRow = {
  readonly check: string;
  /** The outcome of the documented result; `undefined` where several are possible. */
  readonly outcome: string | undefined;
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

/** The causes, without the remedies that were put on top of them, each cell with what the check says there. */
export function causesOf({ conditions }: Predictions, checks: ReadonlyMap<string, Check>): Prediction[] {
  return Object.entries(conditions).flatMap(([cause, cells]) => {
    if (cause.includes('+')) return [];
    const said = Object.entries(cells).map(([id, { verdict, outcome }]) => {
      const check = checks.get(id);
      const says = outcomeText(check, outcome);
      const alike = outcomesAlike(check, outcome);
      return [
        id,
        { verdict, outcome, ...(says !== undefined && { says }), ...(alike.length > 0 && { alike }) },
      ] as const;
    });
    return [{ cause, cells: new Map(said) }];
  });
}

/** The places of outcomes that are the same for the causes as the one at this place. */
function outcomesAlike(check: Check | undefined, outcome: string): string[] {
  const id = check?.outcomes[Number(outcome) - 1]?.id;
  return (check?.outcomes ?? []).flatMap(({ forCauses }, index) =>
    id !== undefined && forCauses === id ? `${index + 1}` : [],
  );
}

/** The documented table as rows that would all agree; the outcome is that of the sample which stands for the documented result. */
export function documentedRows(checks: readonly Check[]): DocumentedRow[] {
  return checks.map((check) => {
    const says = check.documented.value;
    const outcome = check.samples
      .map((sample) => judge(check, resultsOf(check, sample)))
      .find(({ verdict, observed }) => verdict === 'agrees' && observed === says)?.outcome;
    return { check: check.id, outcome, says };
  });
}

/** Two outcomes may share the observed text, so what it means stands beside it, up to its first full stop. */
export function outcomeText(check: Check | undefined, outcome: string): string | undefined {
  const found = check?.outcomes[Number(outcome) - 1];
  if (!found) return undefined;
  const means = /^.*?[.:](?=\s|$)/s.exec(found.means)?.[0] ?? found.means;
  return `${found.observed}: ${means.replace(/[.:]$/, '')}`.replace(/\{[a-z][a-z0-9-]*\}/g, '…');
}
