/** Writes one frame to a file without copying its entry first. What a frame is, is left to `frames.ts`. */
import { writeSync, writevSync } from 'node:fs';
import { frameHead } from './frames.ts';

/** Returns the length of the frame. Throws when the disk does; then a part of the frame may be in the file. */
export function writeFrame(file: number, encoded: Uint8Array): number {
  const head = frameHead(encoded);
  const whole = head.length + encoded.length;
  let done = writevSync(file, [head, encoded]);
  while (done < head.length) done += writeSync(file, head, done);
  while (done < whole) done += writeSync(file, encoded, done - head.length);
  return whole;
}
