/** Reads the description of a writeup's lab from its folder `lab/`. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type * as z from 'zod/mini';
import { conditionFaults } from '../lab/description/conditionFaults.ts';
import { completeConditions } from '../lab/description/conditions.ts';
import {
  conditionsSchema,
  type LabDescription,
  labSchema,
  packagesSchema,
} from '../lab/description/description.ts';
import type { Fault } from '../lab/description/faults.ts';
import { labFaults } from '../lab/description/labFaults.ts';
import { readSource } from '../files/readSource.ts';
import { readYaml, type SourceFault } from '../files/yaml.ts';

/** The lab of that writeup, or nothing: it has none, or `faults` has grown. */
export async function loadLab(
  directory: string,
  writeup: string,
  shown: (path: string) => string,
  faults: SourceFault[],
): Promise<LabDescription | undefined> {
  const place = join(directory, writeup, 'lab');
  const files = await readdir(place).catch(() => undefined);
  if (files === undefined) return undefined;
  const before = faults.length;
  const read = async <Schema extends z.ZodMiniType>(name: string, schema: Schema) => {
    const file = shown(join(place, name));
    const source = await readSource(join(place, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return { message: `expected ${name}, found none; write it, or remove the folder lab` };
    });
    if ('message' in source) return void faults.push({ file, line: 1, message: source.message });
    const { value, faults: own, lineOfPath } = readYaml(source.text, file, schema);
    faults.push(...own);
    if (value === undefined) return undefined;
    const report = (found: readonly Fault[]) =>
      void faults.push(
        ...found.map(({ path, message }) => ({
          file,
          line: lineOfPath(path),
          message: path.length > 0 ? `${path.join('.')}: ${message}` : message,
        })),
      );
    return { value, report };
  };
  // JSON is YAML.
  const packages = await read('packages.json', packagesSchema);
  const lab = await read('lab.yaml', labSchema);
  const conditions = await read('conditions.yaml', conditionsSchema);
  if (!packages || !lab || !conditions) return undefined;
  const binaries = packages.value.map(({ binary }) => binary);
  lab.report(
    labFaults(
      lab.value,
      files.filter((name) => name.endsWith('.ts')),
      binaries,
    ),
  );
  if (faults.length === before) conditions.report(conditionFaults(lab.value, conditions.value));
  if (faults.length > before) return undefined;
  return {
    ...lab.value,
    ...{ name: writeup, directory: place, packages: packages.value },
    conditions: completeConditions(conditions.value),
  };
}
