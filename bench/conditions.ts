/** How long it takes to put the lab into each condition, and to take everything again there. */
import { testLab } from '../server/lab/testing-lab.ts';
import { openReader } from './reader.ts';
import { median, type Row, spread } from './report.ts';

const writeup = 'wsl2-mirrored-networking';

/** Every cause, and every remedy on the first cause that it is meant for. */
export async function conditionTimes(
  address: string,
  checks: readonly string[],
  rounds: number,
): Promise<readonly Row[]> {
  const reader = await openReader(address, writeup);
  const put: number[] = [];
  const retake: number[] = [];
  let slowest = { what: '', ms: 0 };
  for (let turn = 0; turn < rounds; turn += 1) {
    for (const condition of testLab.conditions) {
      if (condition.kind === 'base') continue;
      const [cause, remedy] =
        condition.kind === 'remedy' ? [condition.for[0] ?? '', condition.name] : [condition.name, undefined];
      const start = performance.now();
      await reader.condition(cause, remedy);
      const applied = performance.now();
      const runs = await reader.run(checks);
      await Promise.all(runs.map((run) => reader.ended(run)));
      put.push(applied - start);
      retake.push(performance.now() - applied);
      if (applied - start > slowest.ms) slowest = { what: condition.name, ms: applied - start };
    }
  }
  await reader.home();
  await reader.close();
  return [
    {
      what: 'A condition of the lab, put on',
      unit: 'ms',
      ours: median(put),
      note: `${spread(put)}; slowest ${slowest.what}`,
    },
    {
      what: 'Everything taken again in it',
      unit: 'ms',
      ours: median(retake),
      note: `${spread(retake)}; some conditions make checks wait for their limits`,
    },
  ];
}
