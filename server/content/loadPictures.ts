/** Reads the pictures of a writeup, `pictures/*.yaml`, each by the name of its file. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pictureFaults } from '../../src/core/pictures/faults.ts';
import { type Known, type Picture, type Pictures, pictureSchema } from '../../src/core/pictures/picture.ts';
import { readSource } from '../files/readSource.ts';
import { readYaml, type SourceFault } from '../files/yaml.ts';

/** `known`: the names that a picture may use; without them, names are not checked. `shown`: how a fault names a file. */
export async function loadPictures(
  directory: string,
  known: Pick<Known, 'checks' | 'roles'> | undefined,
  shown: (path: string) => string,
): Promise<{
  readonly pictures: Pictures;
  /** Of all files, with those at fault. */
  readonly names: readonly string[];
  readonly faults: readonly SourceFault[];
}> {
  const faults: SourceFault[] = [];
  const read = new Map<
    string,
    { picture: Picture; file: string; lineOfPath: ReturnType<typeof readYaml>['lineOfPath'] }
  >();
  const entries = await readdir(directory).catch(() => []);
  const names = entries.flatMap((entry) => /^(.*)\.yaml$/.exec(entry)?.[1] ?? []).sort();
  for (const name of names) {
    const file = join(directory, `${name}.yaml`);
    const source = await readSource(file);
    if ('message' in source) {
      faults.push({ file: shown(file), line: 1, message: source.message });
      continue;
    }
    const { value, faults: own, lineOfPath } = readYaml(source.text, shown(file), pictureSchema);
    faults.push(...own);
    if (value) read.set(name, { picture: value, file: shown(file), lineOfPath });
  }
  const pictures = new Map([...read].map(([name, { picture }]) => [name, picture]));
  // A picture may name one that could not be read: that is no fault of its own.
  if (known && faults.length === 0)
    for (const { picture, file, lineOfPath } of read.values())
      for (const { path, message } of pictureFaults(picture, { ...known, pictures }))
        faults.push({ file, line: lineOfPath(path), message: `${path.join('.')}: ${message}` });
  return { pictures, names, faults };
}
