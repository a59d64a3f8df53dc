/** How long it takes to put the lab into each condition, and to run everything there. */
import { testLab } from '../server/lab/testing-lab.ts';
import { measuredWriteup } from './fixtures/content.ts';
import { openReader } from './fixtures/reader.ts';
import { medianRow, type Row } from './report.ts';

/** Every cause, and every remedy on the first cause that it is meant for; or `most` of them, spread over the list. */
export async function conditionTimes(
  address: string,
  checks: readonly string[],
  rounds: number,
  most: number,
): Promise<readonly Row[]> {
  const reader = await openReader(address, measuredWriteup);
  const others = testLab.conditions.filter(({ kind }) => kind !== 'base');
  const put: number[] = [];
  const rerun: number[] = [];
  let slowest = { what: '', ms: 0 };
  for (let turn = 0; turn < rounds; turn += 1) {
    for (const condition of spreadOver(others, most)) {
      const [cause, remedy] =
        condition.kind === 'remedy' ? [condition.for[0] ?? '', condition.name] : [condition.name, undefined];
      const start = performance.now();
      await reader.condition(cause, remedy);
      const applied = performance.now();
      const runs = await reader.run(checks);
      await Promise.all(runs.map((run) => reader.ended(run)));
      put.push(applied - start);
      rerun.push(performance.now() - applied);
      if (applied - start > slowest.ms) slowest = { what: condition.name, ms: applied - start };
    }
  }
  await reader.release();
  await reader.close();
  return [
    medianRow('A condition of the lab, put on', 'ms', put, `slowest ${slowest.what}`),
    medianRow('Everything run again in it', 'ms', rerun, 'some conditions make checks wait for their limits'),
  ];
}

const spreadOver = <T>(all: readonly T[], most: number): readonly T[] =>
  all.filter((_, index) => most >= all.length || index % Math.ceil(all.length / most) === 0);
