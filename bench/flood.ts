/** 50 MiB of output to one and to twenty readers, every byte accounted for, against `ssh … | wc -c`. */
import { createHash } from 'node:crypto';
import { encodeParts } from '../src/core/protocol/codec.ts';
import { mustAgree, openReader, type Reader, runOne } from './fixtures/reader.ts';
import { openTally, type Tally } from './fixtures/tally.ts';
import type { Raw } from './raw.ts';
import { median, type Row, round, spread } from './report.ts';

/** `command` is the one of the check `flood`. */
export async function flood(
  address: string,
  raw: Raw,
  command: string,
  rounds: number,
): Promise<readonly Row[]> {
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
export async function pour(
  first: Reader,
  tallies: readonly Tally[],
  bytes: number,
): Promise<{ ms: number; verdictMs: number }> {
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
function follow(
  reader: Reader,
  run: string,
): Promise<{ chunks: readonly Uint8Array[]; size: number; sha256: string }> {
  let next = 0;
  let size = 0;
  let sha256 = '';
  const chunks: Uint8Array[] = [];
  return new Promise((resolve, reject) => {
    reader.follow(run, (entry) => {
      const { seq, body } = entry;
      if (seq !== next) reject(new Error(`Entry ${next} should come next, but ${seq} did.`));
      next += 1;
      for (const part of encodeParts(entry)) size += part.length;
      if (body.kind === 'output') chunks.push(body.bytes);
      else if (body.kind === 'step-ended' && body.ended.how === 'complete') sha256 = body.ended.stdout.sha256;
      else if (body.kind === 'closed') resolve({ chunks, size, sha256 });
    });
  });
}
