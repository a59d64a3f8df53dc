/** Reads the log of a run from its frames. A frame holds several batches of a reader: the first is given, and the others are remembered. */
import pg from 'pg';
import type { Encoded } from '../../../src/core/protocol/codec.ts';
import { framedLength, type Readable, readFrames } from '../frames.ts';
import type { Batch, createRecent } from '../tail.ts';
import type { Database } from './database.ts';

const aheadBytes = 512 * 1024;

/** Of a stored log, about so many bytes from a position on: the rest of the frame there, and some after it. A frame that is missing ends it. */
export async function storedFrames(
  copied: Database['copied'],
  run: string,
  position: number,
  bytes: number,
): Promise<readonly Buffer[]> {
  const ofRun = `FROM frames WHERE run = ${pg.escapeLiteral(run)} AND position`;
  // Not max(): without statistics of a run that goes on, PostgreSQL reads every frame before.
  const first = `SELECT position ${ofRun} <= ${position} ORDER BY position DESC LIMIT 1`;
  const rows = await copied(
    `SELECT position, bytes ${ofRun} < ${position + Math.max(bytes, aheadBytes)} AND position >= (${first}) ORDER BY position`,
  );
  const frames: Buffer[] = [];
  let next = position;
  for (const [column, frame] of rows) {
    const at = Number(column?.readBigInt64BE() ?? 0n);
    if (frame === undefined || at > next) break;
    frames.push(frame.subarray(next - at));
    next = at + frame.length;
  }
  return frames;
}

/** The same, as entries: none is in two frames. */
export async function readStored(
  copied: Database['copied'],
  run: string,
  position: number,
  bytes: number,
): Promise<Readable & { readonly next: number }> {
  const all: Encoded[] = [];
  let [length, after]: [number, Readable['after']] = [0, 'end'];
  for (const frame of await storedFrames(copied, run, position, bytes)) {
    const read = readFrames(frame);
    all.push(...read.entries);
    length += read.length;
    after = read.after;
    if (after !== 'end') break;
  }
  return { entries: all, length, after, next: position + length };
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
