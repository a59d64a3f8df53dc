/** From the committed predictions and the checks to what a diagnosis is made from. Diagnosing is left to `diagnosis.ts`. */
import type { Check } from '../check/check.ts';
import type { DocumentedRow } from './documentedRows.ts';
import type { Prediction } from './predicted.ts';
import { judge } from '../judge/judge.ts';
import type { Predictions } from './prediction.ts';
import { resultsOf } from '../judge/samples.ts';

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
