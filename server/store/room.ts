/** Whether the disk can take another run. What a full disk does to a run that is on its way is left to `run/activeRun.ts`. */
import { statfsSync } from 'node:fs';

const MIB = 1024 * 1024;
/** As many bytes as a run of the usual size, its place in the index and what other programs write meanwhile. */
const leastBytes = 64 * MIB;
/** Of a file system that is small as a whole, this part. */
const leastPart = 0.05;

/** A sentence for the reader when there is too little room in `directory` to begin a run; nothing when there is enough. */
export function fullSentence(directory: string): string | undefined {
  const { bavail, blocks, bsize } = statfsSync(directory);
  const free = bavail * bsize;
  const least = Math.min(leastBytes, blocks * bsize * leastPart);
  if (free >= least) return undefined;
  return `The disk that keeps the records is full (${(free / MIB).toFixed(1)} MiB are free, ${(least / MIB).toFixed(1)} MiB are needed), so this run was not started: it could not be kept as evidence. Make room in the data folder of the server, then press Run again. Pages and records can be read meanwhile.`;
}

/** A sentence for the reader when the disk has failed. */
export function brokenSentence(error: unknown): string {
  const found = error instanceof Error ? error.message : String(error);
  return `The disk that keeps the records has failed (${found}), so this run was not started: it could not be kept as evidence. Whoever operates the server has to look at that disk and then start the server again. Pages and records can be read meanwhile.`;
}
