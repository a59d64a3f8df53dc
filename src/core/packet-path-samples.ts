/** Observations as a condition of the lab would give them: what is predicted, in the words of a sample that comes out so. For what is drawn before anything was taken. */
import type { Check } from './check.ts';
import type { Observation } from './diagnosis-facts.ts';
import { documentedRows } from './diagnosis-table.ts';
import { judge } from './judge.ts';
import type { PredictedCell } from './prediction.ts';
import { resultsOf } from './samples.ts';

export function asPredictedBySamples(
  cells: Readonly<Record<string, PredictedCell>>,
  checks: ReadonlyMap<string, Check>,
  condition: string,
): Observation[] {
  return Object.entries(cells).flatMap(([id, { verdict, outcome }]) => {
    const check = checks.get(id);
    if (check === undefined || verdict === 'inconclusive') return [];
    const says = check.samples
      .map((sample) => judge(check, resultsOf(check, sample)))
      .find((judgement) => judgement.verdict === verdict && judgement.outcome === outcome)?.observed;
    return [{ check: id, verdict, outcome, says: says ?? '', provenance: 'lab', condition }];
  });
}

/** A row as its page documents it: the first sample that shows the documented value. */
export function asDocumented(check: Check): Observation {
  const [row] = documentedRows([check]);
  return {
    check: check.id,
    verdict: 'agrees',
    outcome: row?.outcome,
    says: check.documented.value,
    provenance: 'live',
    condition: 'documented',
  };
}
