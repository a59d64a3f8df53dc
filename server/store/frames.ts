/** Frames of a run's file: checksum, then an encoded entry. Reading ends at a torn or changed frame, and never throws. */
import { writeSync, writevSync } from 'node:fs';
import { crc32 } from 'node:zlib';

const HEAD = 8; // crc u32, length u32: the length is the first word of the encoded entry

function frameHead(encoded: Uint8Array): Buffer {
  const head = Buffer.allocUnsafe(4);
  head.writeUInt32BE(crc32(encoded), 0);
  return head;
}

/** One encoded entry, its length first, as the file has it. */
export function frame(encoded: Uint8Array): Buffer {
  return Buffer.concat([frameHead(encoded), encoded]);
}

/** Writes a frame without copying its entry; returns its length. Throws when the disk does: then a part of it may be in the file. */
export function writeFrame(file: number, encoded: Uint8Array): number {
  const head = frameHead(encoded);
  const whole = framedLength(encoded);
  let done = writevSync(file, [head, encoded]);
  while (done < head.length) done += writeSync(file, head, done);
  while (done < whole) done += writeSync(file, encoded, done - head.length);
  return whole;
}

export type Readable = {
  /** Whole, undamaged entries, encoded. */
  readonly entries: readonly Buffer[];
  /** How many bytes of the buffer they took. */
  readonly length: number;
  /** `more`: the buffer ended within a frame. `damaged`: the next frame is not what was written. */
  readonly after: 'end' | 'more' | 'damaged';
};

const maxEntryBytes = 8 * 1024 * 1024;

/** How many bytes of a file an encoded entry takes. */
export const framedLength = (encoded: Uint8Array): number => encoded.length + 4;

export function readFrames(bytes: Buffer): Readable {
  const entries: Buffer[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    if (offset + HEAD > bytes.length) return { entries, length: offset, after: 'more' };
    const length = bytes.readUInt32BE(offset + 4);
    if (length < 9 || length > maxEntryBytes) return { entries, length: offset, after: 'damaged' };
    const end = offset + HEAD + length;
    if (end > bytes.length) return { entries, length: offset, after: 'more' };
    const encoded = bytes.subarray(offset + 4, end);
    if (crc32(encoded) !== bytes.readUInt32BE(offset)) return { entries, length: offset, after: 'damaged' };
    entries.push(encoded);
    offset = end;
  }
  return { entries, length: offset, after: 'end' };
}
