/** The lab that tests and benchmarks bring up: that of one writeup, whose machines they know by name. */
import { fileURLToPath } from 'node:url';
import { ContentError } from '../content/load.ts';
import { loadLab } from '../content/loadLab.ts';
import type { SourceFault } from '../files/yaml.ts';
import type { LabDescription } from './description/description.ts';
import { type Lab, type LabOptions, startLab } from './lab.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));

async function read(): Promise<LabDescription> {
  const faults: SourceFault[] = [];
  const found = await loadLab(content, 'wsl2-mirrored-networking', (path) => path, faults);
  if (found === undefined) throw new ContentError(faults);
  return found;
}

export const testLab = await read();
export const testMachines = testLab.machines.map(({ name }) => name);

export const startTestLab = (options: Omit<LabOptions, 'lab'>): Promise<Lab> =>
  startLab({ lab: testLab, ...options });
