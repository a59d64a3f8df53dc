/** 50 MiB of output to one and to twenty readers, every byte accounted for, against `ssh … | wc -c`. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { closeReaders, mustAgree, openReaders, type Reader, runOne } from './fixtures/reader.ts';
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
  const solo = await openReaders(address, 1, 'bench');
  const many = await openReaders(address, 20, 'bench');
  let bytes = 0;
  await raw.pipe(command);
  for (let turn = 0; turn < rounds; turn += 1) {
    const bare = await raw.pipe(command);
    floor.push(bare.ms);
    bytes = bare.bytes;
    const alone = await pour(solo, bytes);
    one.push(alone.ms);
    verdict.push(alone.verdictMs);
    twenty.push((await pour(many, bytes)).ms);
  }
  await closeReaders([...solo, ...many]);
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

/** Until the last of the readers has the last entry. Throws when any of them misses a byte. */
async function pour(readers: readonly Reader[], bytes: number): Promise<{ ms: number; verdictMs: number }> {
  const [first] = readers;
  if (first === undefined) throw new Error('A flood needs a reader.');
  const start = performance.now();
  const run = await runOne(first, 'flood');
  const chunks: Uint8Array[] = [];
  const tallies = readers.map((reader) => follow(reader, run, reader === first ? chunks : undefined));
  const verdict = first.ended(run).then((ended) => ({ ended, ms: performance.now() - start }));
  const [{ ended, ms: verdictMs }, ...got] = await Promise.all([verdict, ...tallies]);
  const ms = performance.now() - start;
  mustAgree(ended);
  for (const reader of readers) reader.unfollow(run);
  // Hashed when the clock has stopped.
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  const wanted = { bytes, crc: got[0]?.crc, sha256: hash.digest('hex') };
  for (const tally of got)
    if (JSON.stringify(tally) !== JSON.stringify(wanted))
      throw new Error(
        `Every reader should have the bytes of the machine, as the first one has them (${JSON.stringify(wanted)}), but one has ${JSON.stringify(tally)}.`,
      );
  return { ms, verdictMs };
}

/** Resolves at the last entry with what the reader got, and the hash that the machine sent. `chunks` gets the bytes. */
function follow(
  reader: Reader,
  run: string,
  chunks?: Uint8Array[],
): Promise<{ bytes: number; crc: number; sha256: string }> {
  let next = 0;
  const tally = { bytes: 0, crc: 0, sha256: '' };
  return new Promise((resolve, reject) => {
    reader.follow(run, ({ seq, body }) => {
      if (seq !== next) reject(new Error(`Entry ${next} should come next, but ${seq} did.`));
      next += 1;
      if (body.kind === 'output') {
        tally.bytes += body.bytes.length;
        tally.crc = crc32(body.bytes, tally.crc);
        chunks?.push(body.bytes);
      } else if (body.kind === 'step-ended' && body.ended.how === 'complete')
        tally.sha256 = body.ended.stdout.sha256;
      else if (body.kind === 'closed') resolve(tally);
    });
  });
}
