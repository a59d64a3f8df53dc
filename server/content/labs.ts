/** Which labs the writeups have. What a lab is, is said in `server/lab`. */
import type { LabDescription } from '../lab/description/description.ts';
import type { LoadedWriteup } from './load.ts';

/** Each lab once, in the order of the pages. */
export function labsOf(writeups: readonly LoadedWriteup[]): readonly LabDescription[] {
  const inOrder = writeups.toSorted((one, other) => one.writeup.order - other.writeup.order);
  return [...new Map(inOrder.flatMap(({ lab }) => (lab ? [[lab.name, lab] as const] : []))).values()];
}

/** The writeups whose checks run in that lab. */
export const writeupsIn = (
  writeups: readonly LoadedWriteup[],
  { name }: LabDescription,
): readonly LoadedWriteup[] => writeups.filter(({ lab }) => lab?.name === name);

/** The lab of that writeup; when none is named, the first. Throws, with the names that there are. */
export function labOf(writeups: readonly LoadedWriteup[], named?: string): LabDescription {
  const labs = labsOf(writeups);
  const found = labs.find(({ name }) => named === undefined || name === named);
  if (found !== undefined) return found;
  const known = labs.map(({ name }) => name).join(', ') || 'none';
  throw new Error(
    `expected a writeup with a lab (${known}), found ${named === undefined ? 'none' : `"${named}"`}`,
  );
}

/** The lab in which the checks of these writeups run. Throws when they run in several, or in none. */
export function onlyLabOf(writeups: readonly LoadedWriteup[]): LabDescription {
  const [, another] = labsOf(writeups);
  if (another === undefined) return labOf(writeups);
  const names = labsOf(writeups).map(({ name }) => name);
  throw new Error(
    `expected checks of one lab, found those of ${names.join(' and ')}; name one with --writeup`,
  );
}
