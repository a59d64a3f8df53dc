/** Runs under load: as many at once as may be, begun steadily while pages come and go, cancelled at any moment, and every check again and again. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { loadContent } from '../../server/content/load.ts';
import { openReader, type Reader } from '../reader.ts';
import { quantile } from '../report.ts';
import { root } from '../setup.ts';
import type { Figure } from './figures.ts';
import { holdCommand, holdOn, holdsPerMachine, quickOnes } from './holds.ts';
import { closeAll, openPage } from './sockets.ts';
import type { Stage } from './stage.ts';
import { testMachines } from '../../server/lab/testing-lab.ts';

const openReaders = ({ address }: Stage, count: number, writeup: string): Promise<readonly Reader[]> =>
  Promise.all(Array.from({ length: count }, () => openReader(address, writeup)));
const close = (readers: readonly Reader[]) => Promise.all(readers.map((reader) => reader.close()));

const perMachine = 6;
const mayWait = 200;

/** More is asked for than may run and wait together. */
export async function atOnce(stage: Stage): Promise<readonly Figure[]> {
  const most = perMachine * testMachines.length;
  const checks = testMachines.flatMap((machine) =>
    Array.from({ length: holdsPerMachine }, (_, number) => holdOn(machine, number)),
  );
  const readers = await openReaders(stage, 12, 'holds');
  const starter = readers[0] ?? (await openReader(stage.address, 'holds'));
  const runs: string[] = [];
  let refused = '';
  // One machine after the other, as they are named: ten at a time, so that the last may find no place.
  for (let from = 0; from < checks.length && refused === ''; from += 10)
    await starter.run(checks.slice(from, from + 10)).then(
      (begun) => runs.push(...begun),
      (error: Error) => {
        refused = error.message;
      },
    );
  const running = async () =>
    Promise.all(testMachines.map((machine) => stage.runningOn(machine, holdCommand)));
  const deadline = performance.now() + 60_000;
  let counts = await running();
  while (counts.reduce((sum, count) => sum + count, 0) < most && performance.now() < deadline) {
    await pause(100);
    counts = await running();
  }
  for (const [index, run] of [...runs].reverse().entries()) readers[index % readers.length]?.cancel(run);
  await Promise.all(runs.map((run) => starter.ended(run)));
  await close(readers);
  const all = counts.reduce((sum, count) => sum + count, 0);
  return [
    { what: 'Runs at once on three machines', unit: '', measured: all, must: { atLeast: most } },
    { what: '… on one of them', unit: '', measured: Math.max(...counts), must: { atMost: perMachine } },
    {
      what: '… that wait when the next is refused',
      unit: '',
      measured: runs.length - all,
      must: { atMost: mayWait },
    },
    {
      ...{ what: '… and it is refused as busy', unit: '' },
      ...{ measured: refused.startsWith('Busy') ? 1 : 0, must: { atLeast: 1 } },
    },
  ];
}

const cancelled = 500;

/** Two at a time on each machine, so that many are cancelled while the way to the machine is only being opened. */
export async function cancels(stage: Stage): Promise<readonly Figure[]> {
  const times: number[] = [];
  const workers = testMachines.flatMap((machine) => [
    holdOn(machine, 0),
    holdOn(machine, 1),
    holdOn(machine, 2),
  ]);
  let left = cancelled;
  await Promise.all(
    workers.map(async (check) => {
      const reader = await openReader(stage.address, 'holds');
      while (left > 0) {
        left -= 1;
        const [run = ''] = await reader.run([check]);
        await pause(Math.random() * 400);
        const start = performance.now();
        reader.cancel(run);
        const { how } = await reader.ended(run);
        times.push(performance.now() - start);
        if (how !== 'cancelled') throw new Error(`The run should be cancelled, and it is ${how}.`);
      }
      await reader.close();
    }),
  );
  return [
    {
      ...{ what: `${cancelled} cancels at random moments: p99 until confirmed`, unit: 's' },
      ...{ measured: quantile(times, 0.99) / 1000, must: { atMost: 3 } },
    },
    {
      ...{ what: '… and processes left on the machines', unit: '' },
      ...{ measured: await stage.running(holdCommand), must: { atMost: 0 } },
    },
  ];
}

/** Runs before memory is looked at: code is compiled, and names of readers and answers to clicks are remembered up to their limits. */
const warming = 150;

/** Five runs a second, and twenty pages a second that come and go. */
export const steadily =
  (minutes: number) =>
  async (stage: Stage): Promise<readonly Figure[]> => {
    // Several people: one page may say ten things a second.
    const readers = await openReaders(stage, 4, 'holds');
    const firsts: number[] = [];
    const unlike: string[] = [];
    const take = async (round: number) => {
      const reader = readers[round % readers.length];
      const check = quickOnes[round % quickOnes.length]?.id;
      if (reader === undefined || check === undefined) return;
      const start = performance.now();
      const [run = ''] = await reader.run([check]);
      await new Promise<void>((resolve) =>
        reader.follow(run, ({ body }) => (body.kind === 'output' || body.kind === 'closed') && resolve()),
      );
      firsts.push(performance.now() - start);
      const { judgement } = await reader.ended(run);
      if (judgement.verdict !== 'agrees') unlike.push(judgement.problem?.message ?? judgement.observed);
      reader.unfollow(run);
    };
    for (const round of quickOnes.keys()) await take(round);
    await pause(1000);
    firsts.length = 0;
    const idle = await stage.look(true);
    let before = idle;
    let measuredFrom = performance.now();
    const began = measuredFrom;
    const wanted = Math.round(minutes * 60 * 5);
    const churning = new AbortController();
    const churn = comeAndGo(stage, churning.signal);
    const taken: Promise<void>[] = [];
    // One begins when its time has come, whether or not those before it have ended.
    for (let round = 0; round < warming + wanted; round += 1) {
      await pause(Math.max(0, began + round * 200 - performance.now()));
      if (round === warming) {
        before = await stage.look(true);
        measuredFrom = performance.now();
      }
      taken.push(take(round));
    }
    await Promise.all(taken);
    const minutesTaken = (performance.now() - measuredFrom) / 60_000;
    churning.abort();
    const pages = await churn;
    await pause(1000);
    const after = await stage.look(true);
    await close(readers);
    return [
      {
        ...{
          what: `${warming + wanted} runs at 5 a second beside ${pages} pages that come and go: p95 to the first byte`,
          unit: 'ms',
        },
        ...{ measured: quantile(firsts, 0.95), must: { atMost: 700 } },
      },
      {
        ...{ what: '… that did not agree', unit: '' },
        ...{ measured: unlike.length, must: { atMost: 0 } },
      },
      {
        ...{ what: '… descriptors more than before', unit: '' },
        ...{ measured: after.descriptors - idle.descriptors, must: { atMost: 10 } },
      },
      {
        ...{ what: '… child processes more than before', unit: '' },
        ...{ measured: after.children - idle.children, must: { atMost: 0 } },
      },
      {
        ...{ what: '… memory that stays in use, collected', unit: 'MiB/min' },
        ...{ measured: (after.heldMib - before.heldMib) / minutesTaken, must: { atMost: 1 } },
      },
      // What the system counts goes in steps of many MiB: only over many minutes is it a slope.
      ...(minutes < 10
        ? []
        : [
            {
              ...{ what: '… memory that the system counts', unit: 'MiB/min' as const },
              ...{ measured: (after.residentMib - before.residentMib) / minutesTaken, must: { atMost: 1 } },
            },
          ]),
    ];
  };

/** Twenty pages a second until the signal. Resolves with how many, once all have gone. */
async function comeAndGo(stage: Stage, signal: AbortSignal): Promise<number> {
  const gone: Promise<void>[] = [];
  for (let index = 0; !signal.aborted; index += 1) {
    gone.push(openPage(stage, index).then((socket) => closeAll([socket])));
    await pause(50);
  }
  await Promise.all(gone);
  return gone.length;
}

/** Every check of every writeup, all of them at once, so many times: the same verdict each time. */
export const everyCheck =
  (rounds: number) =>
  async (stage: Stage): Promise<readonly Figure[]> => {
    const writeups = await loadContent(join(root, 'content'));
    const others: string[] = [];
    let taken = 0;
    for (const { id, checks } of writeups) {
      const reader = await openReader(stage.address, id);
      for (let round = 0; round < rounds; round += 1) {
        const runs = await reader.run([...checks.keys()]);
        for (const { check, judgement } of await Promise.all(runs.map((run) => reader.ended(run)))) {
          taken += 1;
          if (judgement.verdict !== 'agrees')
            others.push(`${check}: ${judgement.problem?.message ?? judgement.observed}`);
        }
      }
      await reader.close();
    }
    for (const other of new Set(others)) process.stderr.write(`  ${other}\n`);
    return [
      {
        ...{ what: `Every check ${rounds} times, ${taken} runs: with another verdict than agrees`, unit: '' },
        ...{ measured: others.length, must: { atMost: 0 } },
      },
    ];
  };
