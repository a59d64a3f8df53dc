/** From the place of an outcome in its check, which records have, to the id by which pictures name it; and observations without a run, which have such ids. */
import type { Check } from '../check/check.ts';
import type { Observation } from '../diagnosis/observations.ts';
import { type Fault, unknownNames } from '../check/fault.ts';
import { documentedRows } from '../diagnosis/documentedRows.ts';
import { judge } from '../judge/judge.ts';
import type { PredictedCell } from '../diagnosis/prediction.ts';
import { resultsOf } from '../judge/samples.ts';

/** The ids of the outcomes of each check, in their order; '' for one without. */
export type OutcomeIds = Readonly<Record<string, readonly string[]>>;

export function outcomeIdsOf(checks: Iterable<Check>): OutcomeIds {
  return Object.fromEntries([...checks].map(({ id, outcomes }) => [id, outcomes.map((one) => one.id ?? '')]));
}

/** The same observations with ids of outcomes; an outcome without an id is not told. `otherwise` has this name in every check. */
export function nameOutcomes(observations: readonly Observation[], ids: OutcomeIds): Observation[] {
  return observations.map((one) => {
    if (one.outcome === undefined || one.outcome === 'otherwise') return one;
    const id = ids[one.check]?.[Number(one.outcome) - 1];
    return { ...one, outcome: id === '' ? undefined : id };
  });
}

/** Outcomes that the check does not have, `otherwise` apart. A check that is not there is a fault of its own. */
export function outcomeFaults(
  path: Fault['path'],
  found: readonly string[],
  check: Check | undefined,
): Fault[] {
  if (check === undefined) return [];
  const ids = check.outcomes.flatMap(({ id }) => id ?? []);
  return unknownNames(path, `the \`id\` of an outcome of ${check.id}`, found, [...ids, 'otherwise']);
}

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
