/** Reads the pictures of a writeup, `pictures/*.yaml`, each by the name of its file. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pictureFaults } from '../../src/core/pictures/faults.ts';
import { type Known, pictureSchema } from '../../src/core/pictures/picture.ts';
import type { ContentReader } from './contentReader.ts';

/** `known`: the names that a picture may use; without them, names are not checked. Returns the names of all files too, with those at fault. */
export async function loadPictures(
  directory: string,
  known: Pick<Known, 'checks' | 'roles'> | undefined,
  { faults, readValue }: ContentReader,
) {
  const before = faults.length;
  const entries = await readdir(directory).catch(() => []);
  const names = entries.flatMap((entry) => /^(.*)\.yaml$/.exec(entry)?.[1] ?? []).sort();
  const read = [];
  for (const name of names) {
    const { value, report } = (await readValue(join(directory, `${name}.yaml`), pictureSchema)) ?? {};
    if (value && report) read.push({ name, value, report });
  }
  const pictures = new Map(read.map(({ name, value }) => [name, value]));
  // A picture may name one that could not be read: that is no fault of its own.
  if (known && faults.length === before)
    for (const { value, report } of read) report(pictureFaults(value, { ...known, pictures }));
  return { pictures, names };
}
