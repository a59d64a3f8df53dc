/** Reads the description of a writeup's lab from its folder `lab/`. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type * as z from 'zod/mini';
import { conditionFaults } from '../lab/description/conditionFaults.ts';
import { completeConditions } from '../lab/description/conditions.ts';
import { conditionsSchema } from '../lab/description/conditionsFile.ts';
import { type LabDescription, labSchema, packagesSchema } from '../lab/description/description.ts';
import { labFaults } from '../lab/description/labFaults.ts';
import type { SourceFault } from '../files/yaml.ts';
import { createContentReader } from './contentReader.ts';

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
  const { readValue } = createContentReader(shown, faults);
  const read = <Schema extends z.ZodMiniType>(name: string, schema: Schema) =>
    readValue(join(place, name), schema, `expected ${name}, found none; write it, or remove the folder lab`);
  // JSON is YAML.
  const packages = await read('packages.json', packagesSchema);
  const lab = await read('lab.yaml', labSchema);
  const conditions = await read('conditions.yaml', conditionsSchema);
  if (!packages?.value || !lab?.value || !conditions?.value) return undefined;
  const binaries = packages.value.map(({ binary }) => binary);
  const programs = files.filter((name) => name.endsWith('.ts'));
  lab.report(labFaults(lab.value, programs, binaries));
  if (faults.length === before) conditions.report(conditionFaults(lab.value, conditions.value));
  if (faults.length > before) return undefined;
  return {
    ...lab.value,
    ...{ name: writeup, directory: place, packages: packages.value },
    conditions: completeConditions(conditions.value),
  };
}
