/** From the place of an outcome in its check, which records have, to the id by which pictures name it. */
import type { Check } from '../check/check.ts';
import type { Observation } from '../diagnosis/observations.ts';
import { type Fault, unknownNames } from '../check/fault.ts';

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
