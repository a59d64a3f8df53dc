/** What the server's process holds in memory: after its start, with idle pages, and after everything else was measured. */
import { setTimeout as pause } from 'node:timers/promises';
import { measuredWriteup, type BenchSite } from './fixtures/server.ts';
import { mostResidentMib, residentMib } from './fixtures/process.ts';
import { closeReaders, openReaders } from './fixtures/reader.ts';
import type { Rows } from './report.ts';

const pages = 500;
/** Until what was sent has arrived. */
const settleMs = 1500;

export async function memoryIdle({ address, measure }: Pick<BenchSite, 'address' | 'measure'>): Rows {
  await pause(settleMs);
  // Garbage of the start is collected first: it would be filled by the pages, and hide what they cost.
  const resident = async () => (await measure({ collect: true, begins: false })).residentMib;
  const before = await resident();
  const readers = await openReaders(address, pages, measuredWriteup);
  await pause(settleMs);
  const full = await resident();
  await closeReaders(readers);
  const each = ((full - before) * 1024) / pages;
  const note =
    'growth of the resident set divided by their number, after a collection of garbage before and after';
  return [
    { what: 'Server memory, idle after start', unit: 'MiB', ours: before },
    { what: `Server memory with ${pages} idle pages`, unit: 'MiB', ours: full },
    { what: 'Memory for each idle page', unit: 'KiB', ours: each, note },
  ];
}

export async function memoryAfter(pid: number): Rows {
  await pause(settleMs);
  const note = `peak ${mostResidentMib(pid).toFixed(0)}`;
  return [{ what: 'Server memory after all of this', unit: 'MiB', ours: residentMib(pid), note }];
}
