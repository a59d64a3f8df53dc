/** A fault in content, and the faults about names: one that nothing has, with what may have been meant, and one that two things have. */
import { nearest } from '../text/nearest.ts';

export type Path = readonly (string | number)[];
/** `path`: where it is in the file's data. `message`: a sentence for its author. */
export type Fault = { readonly path: Path; readonly message: string };

export const fault = (path: Path, message: string): Fault => ({ path, message });

export const faultUnless = (holds: boolean, path: Path, message: string): readonly Fault[] =>
  holds ? [] : [fault(path, message)];

export const faultsAt = (path: Path, faults: readonly Fault[]): Fault[] =>
  faults.map((one) => fault([...path, ...one.path], one.message));

/** A fault for each unknown name: at its place in the list at `path`, or at `path` itself when there is only one. */
export function unknownNames(
  path: Path,
  expected: string,
  found: readonly (string | undefined)[],
  known: Iterable<string>,
): Fault[] {
  const names = [...known];
  return found.flatMap((name, index) => {
    if (name === undefined || names.includes(name)) return [];
    const near = nearest(name, names).join(', ');
    const message = `expected ${expected} (${names.join(', ') || 'none'}), found "${name}"${near && `; nearest: ${near}`}`;
    return fault(found.length > 1 ? [...path, index] : path, message);
  });
}

export function duplicateNames(
  what: string,
  names: readonly string[],
  path: (index: number) => Path,
): Fault[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : fault(path(index), `two ${what} are called "${name}": give each a name of its own`),
  );
}
