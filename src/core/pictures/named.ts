/** The sentences about names in a picture: one that leads nowhere, and one that two things have. */
import type { Check } from '../check.ts';
import type { Fault } from '../lint.ts';

/** One fault for each name that is not known, at its place in the list at `path`, or at `path` when there is only one. */
export function named(
  path: Fault['path'],
  expected: string,
  found: readonly string[],
  known: Iterable<string>,
): Fault[] {
  const names = [...known];
  return found.flatMap((name, index) =>
    names.includes(name)
      ? []
      : [
          {
            path: found.length > 1 ? [...path, index] : path,
            say: `expected ${expected} (${names.join(', ') || 'there is none'}), found "${name}"`,
          },
        ],
  );
}

export function twice(path: Fault['path'], what: string, ids: readonly string[]): Fault[] {
  return ids
    .filter((id, index) => ids.indexOf(id) !== index)
    .map((id) => ({ path, say: `two ${what} are called "${id}": give one of them another id` }));
}

/** Outcomes that the check does not have, `otherwise` apart. A check that is not there is a fault of its own. */
export function outcomeFaults(
  path: Fault['path'],
  found: readonly string[],
  check: Check | undefined,
): Fault[] {
  if (check === undefined) return [];
  const ids = check.outcomes.flatMap(({ id }) => id ?? []);
  return named(path, `the \`id\` of an outcome of ${check.id}`, found, [...ids, 'otherwise']);
}
