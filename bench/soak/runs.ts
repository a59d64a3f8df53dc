/** Runs under load: as many at once as may be, begun steadily while pages come and go, cancelled at any moment, and every check again and again. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { writeupsIn } from '../../server/content/labs.ts';
import { loadContent } from '../../server/content/load.ts';
import { testLab, testMachines } from '../../server/lab/testing-lab.ts';
import { longCheck, longChecksPerMachine, longCommand, quickChecks, root } from '../fixtures/server.ts';
import { closeReaders, openReader, openReaders, runOne, closeAll, openPage } from '../fixtures/reader.ts';
import { quantile } from '../report.ts';
import { atLeast, atMost, type Figure, holds } from './figures.ts';
import type { SoakSite } from './site.ts';

const perMachine = 6;
const mayWait = 200;

/** Asks for more than may run and wait together. */
export async function atOnce(site: SoakSite): Promise<readonly Figure[]> {
  const most = perMachine * testMachines.length;
  const checks = testMachines.flatMap((machine) =>
    Array.from({ length: longChecksPerMachine }, (_, number) => longCheck(machine, number)),
  );
  const starter = await openReader(site.address, 'many');
  const readers = [starter, ...(await openReaders(site.address, 11, 'many'))];
  const runs: string[] = [];
  let refusal = '';
  // One machine after the other, ten checks at a time, so that the last may find no place.
  for (let from = 0; from < checks.length && refusal === ''; from += 10)
    await starter.run(checks.slice(from, from + 10)).then(
      (begun) => runs.push(...begun),
      (error: Error) => {
        refusal = error.message;
      },
    );
  const counted = () => Promise.all(testMachines.map((machine) => site.running(longCommand, machine)));
  const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
  const deadline = performance.now() + 60_000;
  let counts = await counted();
  while (sum(counts) < most && performance.now() < deadline) {
    await pause(100);
    counts = await counted();
  }
  for (const [index, run] of [...runs].reverse().entries()) readers[index % readers.length]?.cancel(run);
  await Promise.all(runs.map((run) => starter.ended(run)));
  await closeReaders(readers);
  return [
    atLeast('Runs at once on three machines', sum(counts), most),
    atMost('… on one of them', Math.max(...counts), perMachine),
    atMost('… that wait when the next is refused', runs.length - sum(counts), mayWait),
    holds('… and it is refused as busy', refusal.startsWith('Busy')),
  ];
}

const cancelled = 500;

/** Three at a time on each machine, so that many are cancelled while the connection to the machine is only being opened. */
export async function cancels(site: SoakSite): Promise<readonly Figure[]> {
  const times: number[] = [];
  const checks = testMachines.flatMap((machine) => [0, 1, 2].map((number) => longCheck(machine, number)));
  let left = cancelled;
  await Promise.all(
    checks.map(async (check) => {
      const reader = await openReader(site.address, 'many');
      while (left > 0) {
        left -= 1;
        const run = await runOne(reader, check);
        await pause(Math.random() * 400);
        const start = performance.now();
        reader.cancel(run);
        const { how } = await reader.ended(run);
        times.push(performance.now() - start);
        if (how !== 'cancelled') throw new Error(`The run should be cancelled, but it is ${how}.`);
      }
      await reader.close();
    }),
  );
  const p99 = quantile(times, 0.99) / 1000;
  return [
    atMost(`${cancelled} cancels at random moments: p99 until confirmed`, p99, 3, 's'),
    atMost('… and processes left on the machines', await site.running(longCommand), 0),
  ];
}

/** Runs before memory is measured: by then code is compiled, and what the server remembers has reached its limits. */
const warming = 150;

/** Five runs a second, and twenty pages a second that come and go. */
export const steadily =
  (minutes: number) =>
  async (site: SoakSite): Promise<readonly Figure[]> => {
    // Several people: one page may send ten messages a second.
    const readers = await openReaders(site.address, 4, 'many');
    const firsts: number[] = [];
    const unlike: string[] = [];
    const run = async (round: number) => {
      const reader = readers[round % readers.length];
      const check = quickChecks[round % quickChecks.length]?.id;
      if (reader === undefined || check === undefined) return;
      const start = performance.now();
      const id = await runOne(reader, check);
      await new Promise<void>((resolve) =>
        reader.follow(id, ({ body }) => (body.kind === 'output' || body.kind === 'closed') && resolve()),
      );
      firsts.push(performance.now() - start);
      const { judgement } = await reader.ended(id);
      if (judgement.verdict !== 'agrees') unlike.push(judgement.problem?.message ?? judgement.observed);
      reader.unfollow(id);
    };
    for (const round of quickChecks.keys()) await run(round);
    await pause(1000);
    firsts.length = 0;
    const idle = await site.measure(true);
    let before = idle;
    let measuredFrom = performance.now();
    const began = measuredFrom;
    const wanted = Math.round(minutes * 60 * 5);
    const churning = new AbortController();
    const churn = comeAndGo(site, churning.signal);
    const runs: Promise<void>[] = [];
    // Each begins when its time has come, whether or not those before it have ended.
    for (let round = 0; round < warming + wanted; round += 1) {
      await pause(Math.max(0, began + round * 200 - performance.now()));
      if (round === warming) {
        before = await site.measure(true);
        measuredFrom = performance.now();
      }
      runs.push(run(round));
    }
    await Promise.all(runs);
    const minutesMeasured = (performance.now() - measuredFrom) / 60_000;
    churning.abort();
    const pages = await churn;
    await pause(1000);
    const after = await site.measure(true);
    await closeReaders(readers);
    const slope = (key: 'heldMib' | 'residentMib') => (after[key] - before[key]) / minutesMeasured;
    const load = `${warming + wanted} runs at 5 a second beside ${pages} pages that come and go`;
    return [
      atMost(`${load}: p95 to the first byte`, quantile(firsts, 0.95), 700, 'ms'),
      atMost('… that did not agree', unlike.length, 0),
      atMost('… descriptors more than before', after.descriptors - idle.descriptors, 10),
      atMost('… child processes more than before', after.children - idle.children, 0),
      atMost('… memory that stays in use, collected', slope('heldMib'), 1, 'MiB/min'),
      // The system counts in steps of many MiB: only over many minutes is it a slope.
      ...(minutes < 10
        ? []
        : [atMost('… memory that the system counts', slope('residentMib'), 1, 'MiB/min')]),
    ];
  };

/** Twenty pages a second until the signal. Resolves with their number, once all have gone. */
async function comeAndGo(site: SoakSite, signal: AbortSignal): Promise<number> {
  const gone: Promise<void>[] = [];
  for (let index = 0; !signal.aborted; index += 1) {
    gone.push(openPage(site, index).then((socket) => closeAll([socket])));
    await pause(50);
  }
  await Promise.all(gone);
  return gone.length;
}

/** Every check of the measured lab, all of them at once, so many times: the same verdict each time. */
export const everyCheck =
  (rounds: number) =>
  async (site: SoakSite): Promise<readonly Figure[]> => {
    const others: string[] = [];
    let count = 0;
    for (const { id, checks } of writeupsIn(await loadContent(join(root, 'content')), testLab)) {
      const reader = await openReader(site.address, id);
      for (let round = 0; round < rounds; round += 1) {
        const runs = await reader.run([...checks.keys()]);
        for (const { check, judgement } of await Promise.all(runs.map((run) => reader.ended(run)))) {
          count += 1;
          if (judgement.verdict !== 'agrees')
            others.push(`${check}: ${judgement.problem?.message ?? judgement.observed}`);
        }
      }
      await reader.close();
    }
    for (const other of new Set(others)) process.stderr.write(`  ${other}\n`);
    return [
      atMost(
        `Every check ${rounds} times, ${count} runs: with another verdict than agrees`,
        others.length,
        0,
      ),
    ];
  };
