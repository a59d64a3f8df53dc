/** Reads the log of a run from its frames. A frame holds several batches of a reader: the first is given, and the others are remembered. */
import type { Encoded } from '../../../src/core/protocol/codec.ts';
import { framedLength, type Readable, readFrames } from '../frames.ts';
import type { Batch, createRecent } from '../tail.ts';
import type { Database } from './database.ts';

const aheadBytes = 256 * 1024;
/** V8 makes a string of 128 KiB at twenty times the cost of four of 32, and pg makes one, of twice the size, of all that a row has of bytes. */
const pieceBytes = 32 * 1024;
const piecesOfFrames = `
  SELECT position + piece * ${pieceBytes} AS position, substring(bytes FROM piece * ${pieceBytes} + 1 FOR ${pieceBytes}) AS bytes
  FROM frames, generate_series(0, (length(bytes) - 1) / ${pieceBytes}) AS piece
  WHERE run = ? AND position < ?::bigint AND position >= (
    SELECT max(position) FROM frames WHERE run = ? AND position <= ?::bigint) ORDER BY 1`;

/** Of a stored log, about so many bytes from a position on: what is in the frame there and in some after it. A frame that is missing ends it. */
export async function storedBytes(
  query: Database['query'],
  run: string,
  position: number,
  bytes: number,
): Promise<Buffer> {
  const { rows } = await query(piecesOfFrames, [run, position + Math.max(bytes, aheadBytes), run, position]);
  const parts: Buffer[] = [];
  const [from = 0] = rows.map((row) => Number(row['position']));
  let next = from;
  for (const row of rows) {
    if (Number(row['position']) !== next || !(row['bytes'] instanceof Buffer)) break;
    parts.push(row['bytes']);
    next += row['bytes'].length;
  }
  return Buffer.concat(parts).subarray(position - from);
}

/** The same, as entries. */
export async function readStored(
  query: Database['query'],
  run: string,
  position: number,
  bytes: number,
): Promise<Readable & { readonly next: number }> {
  const read = readFrames(await storedBytes(query, run, position, bytes));
  return { ...read, next: position + read.length };
}

/** `read`: what was read from `position` on. A batch is at most about `bytes`, with at least one entry. */
export function firstBatch(
  recent: ReturnType<typeof createRecent>,
  run: string,
  { position, bytes, read }: { readonly position: number; readonly bytes: number; readonly read: Batch },
): Batch {
  const batches: Batch[] = [];
  let entries: Encoded[] = [];
  let [start, next] = [position, position];
  const close = () => {
    const batch = { entries, next };
    if (entries.length > 0) batches.push(start === position ? batch : recent(run, start, bytes, () => batch));
    [entries, start] = [[], next];
  };
  for (const entry of read.entries) {
    const length = framedLength(entry);
    if (next + length - start > bytes) close();
    entries.push(entry);
    next += length;
  }
  close();
  return batches[0] ?? read;
}
