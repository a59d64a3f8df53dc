/** Frames of a run's file: checksum, then an encoded entry. Reading ends at a torn or changed frame, and never throws. */
import { writeSync, writevSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { Encoded } from '../../src/core/protocol/codec.ts';

const HEAD = 8; // crc u32, length u32: the length is the first word of the encoded entry

function checksum(encoded: Encoded): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  let sum = 0;
  for (const part of encoded) sum = crc32(part, sum);
  bytes.writeUInt32BE(sum, 0);
  return bytes;
}

/** An encoded entry, its checksum first, as the log has it. */
export const framedParts = (encoded: Encoded): readonly Uint8Array[] => [checksum(encoded), ...encoded];

export const frame = (encoded: Uint8Array): Buffer => Buffer.concat(framedParts([encoded]));

/** Writes a frame without copying its entry; returns its length. Throws when the disk does: then a part of it may be in the file. */
export function writeFrame(file: number, encoded: Encoded): number {
  const parts = framedParts(encoded);
  const whole = framedLength(encoded);
  let done = writevSync(file, parts);
  // Only where the disk is nearly full.
  while (done < whole) done += writeSync(file, Buffer.concat(parts), done);
  return whole;
}

export type Readable = {
  /** Whole, undamaged entries, encoded. */
  readonly entries: readonly Encoded[];
  /** How many bytes of the buffer they took. */
  readonly length: number;
  /** `more`: the buffer ended within a frame. `damaged`: the next frame is not what was written. */
  readonly after: 'end' | 'more' | 'damaged';
};

const maxEntryBytes = 8 * 1024 * 1024;

/** How many bytes of a file an encoded entry takes. */
export const framedLength = (encoded: Encoded): number =>
  encoded.reduce((length, part) => length + part.length, 4);

export function readFrames(bytes: Buffer): Readable {
  const entries: Encoded[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    if (offset + HEAD > bytes.length) return { entries, length: offset, after: 'more' };
    const length = bytes.readUInt32BE(offset + 4);
    if (length < 9 || length > maxEntryBytes) return { entries, length: offset, after: 'damaged' };
    const end = offset + HEAD + length;
    if (end > bytes.length) return { entries, length: offset, after: 'more' };
    const encoded = bytes.subarray(offset + 4, end);
    if (crc32(encoded) !== bytes.readUInt32BE(offset)) return { entries, length: offset, after: 'damaged' };
    entries.push([encoded]);
    offset = end;
  }
  return { entries, length: offset, after: 'end' };
}
