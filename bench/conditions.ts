/** The lab: how long it takes to be there and to be gone, to be put into each condition, and to run everything at once. */
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { testLab, startTestLab } from '../server/lab/testing-lab.ts';
import { measuredWriteup } from './fixtures/server.ts';
import { machineSeconds } from './fixtures/process.ts';
import { openReader, mustAgree, type Reader } from './fixtures/reader.ts';
import { medianRow, type Rows, median, round } from './report.ts';

/** Every cause, and every remedy on the first cause that it is meant for; or `most` of them, spread over the list. */
export async function conditionTimes(
  address: string,
  checks: readonly string[],
  rounds: number,
  most: number,
): Rows {
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

const betweenMs = 1000;

export async function runAll(address: string, checks: readonly string[], rounds: number): Rows {
  const reader = await openReader(address, measuredWriteup);
  const alone = new Map(checks.map((check) => [check, [] as number[]]));
  const together: number[] = [];
  const [busyAlone, busyTogether]: [number[], number[]] = [[], []];
  let waits = '';
  for (let turn = 0; turn < rounds; turn += 1) {
    let busy = 0;
    for (const check of checks) {
      await pause(betweenMs / 2);
      const one = await timeOf(reader, [check]);
      alone.get(check)?.push(one.ms);
      busy += one.busy;
    }
    busyAlone.push(busy);
    await pause(betweenMs);
    const { ms, waited, busy: inAll } = await timeOf(reader, checks);
    together.push(ms);
    busyTogether.push(inAll);
    waits = waited.map((wait, at) => `${checks[at]} ${round(wait)}`).join(', ');
  }
  await reader.close();
  const each = [...alone].map(([check, times]) => ({ check, ms: median(times) })).sort((a, b) => b.ms - a.ms);
  const slowest = each[0] ?? { check: 'none', ms: Number.NaN };
  const sum = each.reduce((total, { ms }) => total + ms, 0);
  const list = each.map(({ check, ms }) => `${check} ${round(ms)}`).join(', ');
  return [
    {
      what: `Run all (${checks.length} checks)`,
      unit: 'ms',
      ours: median(together),
      beside: { what: `slowest alone (${slowest.check})`, value: slowest.ms },
      note: `one after the other ${round(sum)} ms (${round(median(together) / sum)}): ${list}; ${availableParallelism()} processors were busy for ${round(median(busyTogether))} s, and for ${round(median(busyAlone))} s one after the other; in the last turn they waited for their slots: ${waits}`,
    },
  ];
}

const startsMs = 3000;

/** What Run all can gain at most where commands cost what starting them costs: this machine may start no more processes at once than one after the other. */
export async function processStarts(): Rows {
  const loop = `const { spawnSync } = require('node:child_process'); const end = performance.now() + ${startsMs};
    let count = 0; while (performance.now() < end) { spawnSync('/bin/true'); count += 1; } console.log(count);`;
  const one = async () => Number((await promisify(execFile)(process.execPath, ['-e', loop])).stdout);
  const perSecond = (counts: readonly number[]) =>
    counts.reduce((sum, count) => sum + count, 0) / (startsMs / 1000);
  const alone = perSecond([await one()]);
  const together = perSecond(await Promise.all(Array.from({ length: availableParallelism() }, one)));
  const what = `Processes started by ${availableParallelism()} at once`;
  return [{ what, unit: 'a second', ours: together, beside: { what: 'by one alone', value: alone } }];
}

/** Milliseconds until the last run has ended, and for each run those before it began; seconds of all processors meanwhile. */
async function timeOf(reader: Reader, checks: readonly string[]) {
  const [start, used] = [performance.now(), machineSeconds()];
  const runs = await reader.run(checks);
  const waited = await Promise.all(
    runs.map(async (run) => {
      const ended = await reader.ended(run);
      mustAgree(ended);
      return performance.now() - start - ended.seconds * 1000;
    }),
  );
  return { ms: performance.now() - start, waited, busy: machineSeconds() - used };
}

export async function labUp(rounds: number): Rows {
  const parent = mkdtempSync('/tmp/vb-');
  const up: number[] = [];
  const down: number[] = [];
  try {
    for (let turn = 0; turn < rounds; turn += 1) {
      const start = performance.now();
      const lab = await startTestLab({ directory: `${parent}/lab`, log: () => {} });
      const there = performance.now();
      await lab.stop();
      up.push((there - start) / 1000);
      down.push((performance.now() - there) / 1000);
    }
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
  return [medianRow('Lab up (must be under 10 s)', 's', up), medianRow('Lab down', 's', down)];
}
