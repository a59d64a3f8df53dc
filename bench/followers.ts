/** What following costs the server: CPU for each byte sent to one and to a hundred followers, memory meanwhile, and how soon a late one sees the end. */
import { processorSeconds, residentMib } from './fixtures/process.ts';
import { closeReaders, mustAgree, openReader, openReaders, runOne } from './fixtures/reader.ts';
import { medianRow, type Row } from './report.ts';

const followers = 100;
/** `rounds` late readers, one after the other. */
export async function following(address: string, pid: number, rounds: number): Promise<readonly Row[]> {
  const starter = await openReader(address, 'bench');
  const run = await runOne(starter, 'flood');
  mustAgree(await starter.ended(run));
  const one = await cost(address, pid, run, 1);
  const many = await cost(address, pid, run, followers);
  const late: number[] = [];
  for (let round = 0; round < rounds; round += 1) late.push(await joinLate(address, run));
  await starter.close();
  return [
    {
      what: `CPU of the server for each GB sent to ${followers} followers`,
      unit: 'ms',
      ours: many.cpuMs / (many.bytes / 1e9),
      beside: { what: 'to one follower', value: one.cpuMs / (one.bytes / 1e9) },
      note: 'at most 1.5 times',
    },
    {
      what: `Growth of the server's memory with ${followers} followers of 50 MiB`,
      unit: 'MiB',
      ours: many.grownMib,
      note: `${Math.round(many.bytes / 1e6)} MB were sent`,
    },
    medianRow(
      'A late one sees the end of a run of 50 MiB',
      'ms',
      late,
      'from its question to the last entry; at most 500',
    ),
  ];
}

type Cost = { readonly cpuMs: number; readonly bytes: number; readonly grownMib: number };

async function cost(address: string, pid: number, run: string, count: number): Promise<Cost> {
  const readers = await openReaders(address, count, 'bench');
  const [cpuBefore, residentBefore] = [processorSeconds(pid), residentMib(pid)];
  let bytes = 0;
  let peak = residentBefore;
  await Promise.all(
    readers.map(async (reader) => {
      await reader.followToEnd(run, (part) => {
        bytes += part.length;
      });
      peak = Math.max(peak, residentMib(pid));
    }),
  );
  const cpuMs = (processorSeconds(pid) - cpuBefore) * 1000;
  await closeReaders(readers);
  return { cpuMs, bytes, grownMib: peak - residentBefore };
}

async function joinLate(address: string, run: string): Promise<number> {
  const reader = await openReader(address, 'bench');
  const start = performance.now();
  await new Promise<void>((resolve) =>
    reader.follow(run, ({ body }) => body.kind === 'closed' && resolve(), { tail: 256 * 1024 }),
  );
  const ms = performance.now() - start;
  await reader.close();
  return ms;
}
