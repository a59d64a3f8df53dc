/** Observations without a run: as the page documents a row, and as predicted for a condition of the lab. Outcomes have their ids. */
import type { Check } from '../check/check.ts';
import type { Observation } from '../diagnosis/observations.ts';
import { documentedRows } from '../diagnosis/predictionTable.ts';
import { judge } from '../judge/judge.ts';
import type { PredictedCell } from '../diagnosis/prediction.ts';
import { resultsOf } from '../judge/samples.ts';
import { nameOutcomes, outcomeIdsOf } from './outcome-ids.ts';

/** What is predicted for these checks, each in the words of a sample that comes out so. */
export function asPredicted(
  cells: Readonly<Record<string, PredictedCell>>,
  checks: ReadonlyMap<string, Check>,
  condition: string,
): Observation[] {
  const seen = Object.entries(cells).flatMap(([id, { verdict, outcome }]): Observation[] => {
    const check = checks.get(id);
    if (check === undefined || verdict === 'inconclusive') return [];
    const says = check.samples
      .map((sample) => judge(check, resultsOf(check, sample)))
      .find((judgement) => judgement.verdict === verdict && judgement.outcome === outcome)?.observed;
    return [{ check: id, verdict, outcome, says: says ?? '', source: 'lab', condition }];
  });
  return nameOutcomes(seen, outcomeIdsOf(checks.values()));
}

/** A row as its page documents it: the first sample that shows the documented value. */
export function asDocumented(check: Check): Observation {
  const outcome = documentedRows([check])[0]?.outcome;
  const says = check.documented.value;
  const place = { source: 'lab', condition: 'documented' } as const;
  const row: Observation = { check: check.id, verdict: 'agrees', outcome, says, ...place };
  return nameOutcomes([row], outcomeIdsOf([check]))[0] ?? row;
}
