/** The sentences about names in content: one that leads nowhere, with what may have been meant, and one that two things have. */
import type { Fault } from './fault.ts';
import { nearest } from '../text/nearest.ts';

/** One fault for each name that is given and not known, at its place in the list at `path`, or at `path` when there is only one. */
export function unknownNames(
  path: Fault['path'],
  expected: string,
  found: readonly (string | undefined)[],
  known: Iterable<string>,
): Fault[] {
  const names = [...known];
  return found.flatMap((name, index) => {
    if (name === undefined || names.includes(name)) return [];
    const near = nearest(name, names).join(', ');
    const message = `expected ${expected} (${names.join(', ') || 'none'}), found "${name}"${near && `; nearest: ${near}`}`;
    return [{ path: found.length > 1 ? [...path, index] : path, message }];
  });
}

export function duplicateNames(
  what: string,
  names: readonly string[],
  path: (index: number) => Fault['path'],
): Fault[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) === index ? [] : [{ path: path(index), message: `two ${what} are called "${name}"` }],
  );
}
