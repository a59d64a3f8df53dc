/** 50 MiB of output to one and to twenty readers, every byte accounted for, against `ssh … | wc -c`; and what following it costs the server: CPU for each byte sent to one and to a hundred, memory meanwhile, and how soon a late one sees the end. */
import { createHash } from 'node:crypto';
import { encodeParts } from '../src/core/protocol/codec.ts';
import { mustAgree, openReader, type Reader, runOne, closeReaders, openReaders } from './fixtures/reader.ts';
import { openTally, type Tally } from './fixtures/tally.ts';
import type { Raw } from './raw.ts';
import { median, type Rows, round, spread, medianRow } from './report.ts';
import { processorSeconds, residentMib } from './fixtures/process.ts';

/** `command` is the one of the check `flood`. */
export async function flood(address: string, raw: Raw, command: string, rounds: number): Rows {
  const [floor, one, verdict, twenty]: [number[], number[], number[], number[]] = [[], [], [], []];
  const reader = await openReader(address, 'bench');
  const others = await Promise.all(Array.from({ length: 19 }, () => openTally(address, 'bench')));
  // Both have run once before the clock does.
  const { bytes } = await raw.pipe(command);
  await pour(reader, [], bytes);
  for (let turn = 0; turn < rounds; turn += 1) {
    floor.push((await raw.pipe(command)).ms);
    const alone = await pour(reader, [], bytes);
    one.push(alone.ms);
    verdict.push(alone.verdictMs);
    twenty.push((await pour(reader, others, bytes)).ms);
  }
  await Promise.all([reader, ...others].map((each) => each.close()));
  /** MB/s */
  const speed = (ms: readonly number[]) => bytes / 1000 / median(ms);
  const beside = { what: 'ssh | wc -c', value: speed(floor) };
  const whole = `every byte, same SHA-256; verdict after ${round(median(verdict))} ms`;
  const together = `together ${round(20 * speed(twenty))} MB/s; until the last has all; the same bytes to all`;
  return [
    {
      ...{ what: '50 MiB to one reader', unit: 'MB/s', ours: speed(one), beside },
      note: `ms: ${spread(one)}; pipe ${spread(floor)}; ${whole}`,
    },
    { what: '50 MiB to twenty readers, each', unit: 'MB/s', ours: speed(twenty), beside, note: together },
  ];
}

/** Until the last of the readers has the last entry. Throws when any of them misses a byte, or the machine sent another. */
export async function pour(first: Reader, tallies: readonly Tally[], bytes: number) {
  const start = performance.now();
  const run = await runOne(first, 'flood');
  for (const tally of tallies) tally.follow(run);
  const verdict = first.ended(run).then((ended) => ({ ended, ms: performance.now() - start }));
  const { chunks, size, sha256 } = await follow(first, run);
  const counted = await Promise.all(tallies.map((tally) => tally.until(size)));
  const ms = performance.now() - start;
  const { ended, ms: verdictMs } = await verdict;
  mustAgree(ended);
  for (const reader of [first, ...tallies]) reader.unfollow(run);
  // Hashed when the clock has stopped.
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  const got = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (got !== bytes || hash.digest('hex') !== sha256)
    throw new Error(`The reader should have the ${bytes} bytes of the machine, but it has ${got} or others.`);
  for (const one of counted)
    if (one.bytes !== size || one.crc !== counted[0]?.crc)
      throw new Error(
        `Every reader should have the same ${size} bytes of entries, but one has ${one.bytes} or others.`,
      );
  return { ms, verdictMs };
}

/** Resolves at the last entry with the output, the length of all entries, and the hash that the machine sent. */
async function follow(reader: Reader, run: string) {
  const { promise: end, resolve, reject } = Promise.withResolvers<void>();
  const chunks: Uint8Array[] = [];
  let [next, size, sha256] = [0, 0, ''];
  reader.follow(run, (entry) => {
    const { seq, body } = entry;
    if (seq !== next) reject(new Error(`Entry ${next} should come next, but ${seq} did.`));
    next += 1;
    for (const part of encodeParts(entry)) size += part.length;
    if (body.kind === 'output') chunks.push(body.bytes);
    else if (body.kind === 'step-ended' && body.ended.how === 'complete') sha256 = body.ended.stdout.sha256;
    else if (body.kind === 'closed') resolve();
  });
  await end;
  return { chunks, size, sha256 };
}

const followers = 100;
/** `rounds` late readers, one after the other. */
export async function following(address: string, pid: number, rounds: number): Rows {
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

async function cost(address: string, pid: number, run: string, count: number) {
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
