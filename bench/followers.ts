/** What following costs the server: CPU for each byte sent to one and to a hundred followers, memory meanwhile, and how soon a late one sees the end. */
import { readFileSync } from 'node:fs';
import { mustAgree, openReader, type Reader } from './reader.ts';
import { median, type Row, spread } from './report.ts';

const followers = 100;
/** Ticks of a hundredth of a second, as the kernel counts them for every process. */
const cpuMs = (pid: number): number => {
  const [, , ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/\(.*\)/s, '()')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};
const residentMib = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** `rounds` late readers, one after the other. */
export async function following(address: string, pid: number, rounds: number): Promise<readonly Row[]> {
  const starter = await openReader(address, 'bench');
  const [run = ''] = await starter.run(['flood']);
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
    {
      what: 'A late one sees the end of a run of 50 MiB',
      unit: 'ms',
      ours: median(late),
      note: `${spread(late)}; from its question to the last entry; at most 500`,
    },
  ];
}

type Cost = { readonly cpuMs: number; readonly bytes: number; readonly grownMib: number };

async function cost(address: string, pid: number, run: string, count: number): Promise<Cost> {
  const readers: Reader[] = [];
  for (let opened = 0; opened < count; opened += 1) readers.push(await openReader(address, 'bench'));
  const [cpuBefore, residentBefore] = [cpuMs(pid), residentMib(pid)];
  let bytes = 0;
  let peak = residentBefore;
  await Promise.all(
    readers.map(
      (reader) =>
        new Promise<void>((resolve) =>
          reader.follow(run, ({ body }) => {
            if (body.kind === 'output') bytes += body.bytes.length;
            else if (body.kind === 'closed') {
              peak = Math.max(peak, residentMib(pid));
              resolve();
            }
          }),
        ),
    ),
  );
  const used = cpuMs(pid) - cpuBefore;
  await Promise.all(readers.map((reader) => reader.close()));
  return { cpuMs: used, bytes, grownMib: peak - residentBefore };
}

async function joinLate(address: string, run: string): Promise<number> {
  const reader = await openReader(address, 'bench');
  const start = performance.now();
  await new Promise<void>((resolve) =>
    reader.follow(run, ({ body }) => body.kind === 'closed' && resolve(), 256 * 1024),
  );
  const ms = performance.now() - start;
  await reader.close();
  return ms;
}
