/** Which labs the writeups have. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { LabDescription } from '../lab/description/description.ts';
import type { LoadedWriteup } from './load.ts';
import { loadLab } from './loadLab.ts';
import type { SourceFault } from '../files/yaml.ts';

/** Each lab once, in the order of the pages. */
export function labsOf(writeups: readonly LoadedWriteup[]): readonly LabDescription[] {
  const inOrder = writeups.toSorted((one, other) => one.writeup.order - other.writeup.order);
  return [...new Map(inOrder.flatMap(({ lab }) => (lab ? [[lab.name, lab] as const] : []))).values()];
}

/** Reads the labs without their writeups, which is quick. Rejects with a line for each fault. */
export async function loadLabs(directory: string): Promise<readonly LabDescription[]> {
  const faults: SourceFault[] = [];
  const found: { readonly order: number; readonly lab: LabDescription }[] = [];
  for (const id of (await readdir(directory)).sort()) {
    const lab = await loadLab(directory, id, (path) => relative(join(directory, '..'), path), faults);
    if (lab === undefined) continue;
    const page = await readFile(join(directory, id, 'index.mdx'), 'utf8').catch(() => '');
    found.push({ order: Number(/^order: *(\S+)/m.exec(page)?.[1]), lab });
  }
  if (faults.length > 0)
    throw new Error(faults.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'));
  return found.sort((one, other) => one.order - other.order).map(({ lab }) => lab);
}

export const writeupsIn = (
  writeups: readonly LoadedWriteup[],
  { name }: LabDescription,
): readonly LoadedWriteup[] => writeups.filter(({ lab }) => lab?.name === name);

/** The lab of that writeup; when none is named, the first. Throws, with the names that there are. */
export function labNamed(labs: readonly LabDescription[], named?: string): LabDescription {
  const found = labs.find(({ name }) => named === undefined || name === named);
  if (found !== undefined) return found;
  const known = labs.map(({ name }) => name).join(', ') || 'none';
  throw new Error(
    `expected a writeup with a lab (${known}), found ${named === undefined ? 'none' : `"${named}"`}`,
  );
}

/** The lab in which the checks of these writeups run. Throws when they run in several, or in none. */
export function onlyLabOf(writeups: readonly LoadedWriteup[]): LabDescription {
  const labs = labsOf(writeups);
  if (labs.length < 2) return labNamed(labs);
  const names = labs.map(({ name }) => name).join(' and ');
  throw new Error(`expected checks of one lab, found those of ${names}; name one with --writeup`);
}
