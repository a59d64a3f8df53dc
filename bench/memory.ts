/** What the server's process holds in memory: after its start, with idle pages, and after everything else was measured. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { openReader } from './reader.ts';
import type { Row } from './report.ts';

const pages = 500;
/** For what is on its way to come to rest. */
const settleMs = 1500;

type Held = { readonly now: number; readonly peak: number };

/** MiB, as the kernel counts them. */
function held(pid: number): Held {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { now: read('VmRSS'), peak: read('VmHWM') };
}

export async function memoryIdle(address: string, pid: number): Promise<readonly Row[]> {
  await pause(settleMs);
  const before = held(pid).now;
  const readers = [];
  // In groups: a hundred handshakes at once are enough of a crowd.
  for (let opened = 0; opened < pages; opened += 100)
    readers.push(
      ...(await Promise.all(
        Array.from({ length: 100 }, () => openReader(address, 'wsl2-mirrored-networking')),
      )),
    );
  await pause(settleMs);
  const full = held(pid).now;
  await Promise.all(readers.map((reader) => reader.close()));
  const each = ((full - before) * 1024) / pages;
  return [
    { what: 'Server memory, idle after start', unit: 'MiB', ours: before },
    { what: `Server memory with ${pages} idle pages`, unit: 'MiB', ours: full },
    {
      what: 'Memory for each idle page',
      unit: 'KiB',
      ours: each,
      note: 'growth of the resident set divided by their number: not given back yet counts too',
    },
  ];
}

export async function memoryAfter(pid: number): Promise<readonly Row[]> {
  await pause(settleMs);
  const { now, peak } = held(pid);
  return [
    { what: 'Server memory after all of this', unit: 'MiB', ours: now, note: `peak ${peak.toFixed(0)}` },
  ];
}
