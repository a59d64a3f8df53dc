/** Checks for the soak, many of a kind, because the same check asked for twice is one run: some hold a machine until they are cancelled, some are over at once. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testMachines } from '../../server/lab/testing-lab.ts';

export const holdsPerMachine = 80;
/** The command line of each of them on its machine, for pgrep. */
export const holdCommand = 'sleep 97.5';
export const holdOn = (machine: string, number: number): string => `hold-${machine}-${number}`;

export const quickOnes = testMachines.flatMap((machine) =>
  Array.from({ length: 6 }, (_, number) => ({ machine, id: `quick-${machine}-${number}` })),
);

/** Writes them as a writeup of their own, made from two of the benchmark's checks. */
export function writeHolds(content: string): void {
  const [bench, folder] = [join(content, 'bench'), join(content, 'holds', 'checks')];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(content, 'holds', 'index.mdx'), readFileSync(join(bench, 'index.mdx')));
  const write = (like: string, id: string, machine: string) => {
    const text = readFileSync(join(bench, `checks/${like}.yaml`), 'utf8')
      .replace(`id: ${like}`, `id: ${id}`)
      .replace('role: backend', `vantage: ${machine}`);
    writeFileSync(join(folder, `${id}.yaml`), text);
  };
  for (const machine of testMachines)
    for (let number = 0; number < holdsPerMachine; number += 1)
      write('endless', holdOn(machine, number), machine);
  for (const { id, machine } of quickOnes) write('echo', id, machine);
}
