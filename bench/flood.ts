/** 50 MiB of output to one and to twenty readers, every byte accounted for, against `ssh … | wc -c`. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Entry } from '../src/core/run/entry.ts';
import type { Raw } from './raw.ts';
import { mustAgree, openReader, type Reader } from './reader.ts';
import { median, type Row, round, spread } from './report.ts';

const megabyte = 1e6;

/** `command` is the one of the check `flood`. */
export async function flood(
  address: string,
  raw: Raw,
  command: string,
  rounds: number,
): Promise<readonly Row[]> {
  const floor: number[] = [];
  const one: number[] = [];
  const verdict: number[] = [];
  const twenty: number[] = [];
  const solo = await openReader(address, 'bench');
  const many = await Promise.all(Array.from({ length: 20 }, () => openReader(address, 'bench')));
  let bytes = 0;
  await raw.pipe(command);
  for (let turn = 0; turn < rounds; turn += 1) {
    const bare = await raw.pipe(command);
    floor.push(bare.ms);
    bytes = bare.bytes;
    const alone = await pour([solo], bytes);
    one.push(alone.ms);
    verdict.push(alone.verdictMs);
    twenty.push((await pour(many, bytes)).ms);
  }
  await Promise.all([solo, ...many].map((reader) => reader.close()));
  const speed = (ms: readonly number[], readers: number) =>
    (bytes * readers) / megabyte / (median(ms) / 1000);
  const beside = { what: 'ssh | wc -c', value: speed(floor, 1) };
  return [
    {
      what: '50 MiB to one reader',
      unit: 'MB/s',
      ours: speed(one, 1),
      beside,
      note: `ms: ${spread(one)}; pipe ${spread(floor)}; every byte, same SHA-256; verdict after ${round(median(verdict))} ms`,
    },
    {
      what: '50 MiB to twenty readers, each',
      unit: 'MB/s',
      ours: speed(twenty, 1),
      beside,
      note: `together ${round(speed(twenty, 20))} MB/s; until the last has all; the same bytes to all`,
    },
  ];
}

/** Until the last of the readers has the last entry. Throws when any of them misses a byte. */
async function pour(
  readers: readonly Reader[],
  bytes: number,
): Promise<{ readonly ms: number; readonly verdictMs: number }> {
  const [first] = readers;
  if (first === undefined) throw new Error('A flood needs a reader.');
  const start = performance.now();
  const [run] = await first.run(['flood']);
  if (run === undefined) throw new Error('The server accepted the flood without a run.');
  const chunks: Uint8Array[] = [];
  const tallies = readers.map((reader, index) => follow(reader, run, index === 0 ? chunks : undefined));
  const [said, ...got] = await Promise.all([
    first.ended(run).then((ended) => ({ ended, ms: performance.now() - start })),
    ...tallies,
  ]);
  const ms = performance.now() - start;
  mustAgree(said.ended);
  for (const reader of readers) reader.unfollow(run);
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  const sha256 = hash.digest('hex');
  for (const tally of got) {
    if (tally.bytes !== bytes || tally.crc !== got[0]?.crc)
      throw new Error(
        `A reader should have ${bytes} bytes, the same as the others, but it has ${tally.bytes} with CRC ${tally.crc}.`,
      );
    if (tally.sha256 !== sha256)
      throw new Error(`The machine sent ${tally.sha256}, but the first reader has ${sha256}.`);
  }
  return { ms, verdictMs: said.ms };
}

type Tally = { readonly bytes: number; readonly crc: number; readonly sha256: string };

/** Resolves at the last entry. `keep` gets the bytes, to be hashed when the clock has stopped. */
function follow(reader: Reader, run: string, keep: Uint8Array[] | undefined): Promise<Tally> {
  let next = 0;
  let bytes = 0;
  let crc = 0;
  let sha256 = '';
  return new Promise((resolve, reject) => {
    reader.follow(run, ({ seq, body }: Entry) => {
      if (seq !== next) reject(new Error(`Entry ${next} should come next, but ${seq} did.`));
      next += 1;
      if (body.kind === 'output') {
        bytes += body.bytes.length;
        crc = crc32(body.bytes, crc);
        keep?.push(body.bytes);
      } else if (body.kind === 'step-ended' && body.ended.how === 'complete')
        sha256 = body.ended.stdout.sha256;
      else if (body.kind === 'closed') resolve({ bytes, crc, sha256 });
    });
  });
}
