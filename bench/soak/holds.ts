/** Checks that hold a machine until they are cancelled: many, because the same check asked for twice is one run. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MachineName, machineNames } from '../../server/lab/machines.ts';

export const holdsPerMachine = 80;
/** The command line of each of them on its machine, for pgrep. */
export const holdCommand = 'sleep 97.5';
export const holdOn = (machine: MachineName, number: number): string => `hold-${machine}-${number}`;

/** Writes them as a writeup of their own, made from the benchmark's check that is called endless. */
export function writeHolds(content: string): void {
  const [bench, folder] = [join(content, 'bench'), join(content, 'holds', 'checks')];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(content, 'holds', 'index.mdx'), readFileSync(join(bench, 'index.mdx')));
  const endless = readFileSync(join(bench, 'checks/endless.yaml'), 'utf8');
  for (const machine of machineNames)
    for (let number = 0; number < holdsPerMachine; number += 1) {
      const id = holdOn(machine, number);
      const text = endless.replace('id: endless', `id: ${id}`).replace('vantage: backend', `vantage: ${machine}`);
      writeFileSync(join(folder, `${id}.yaml`), text);
    }
}
