/** Whether the disk can take another run. What a full disk does to a run that is on its way is left to `run/activeRun.ts`. */
import { statfsSync } from 'node:fs';
import { never } from '../../src/core/vocabulary.ts';

const MIB = 1024 * 1024;
/** As many bytes as a run of the usual size, its place in the index and what other programs write meanwhile. */
const leastBytes = 64 * MIB;
/** Of a file system that is small as a whole, this part. */
const leastPart = 0.05;

/** As many files as the runs that may wait at once, and some more; of a file system that has few as a whole, the same part. */
const leastFiles = 512;

export type Space = {
  readonly bytes: number;
  readonly ofBytes: number;
  readonly files: number;
  readonly ofFiles: number;
};

/** What is free where `directory` lies. A file system that makes inodes as they are needed says that it has none: then `ofFiles` is 0. */
export function spaceIn(directory: string): Space {
  const { bavail, blocks, bsize, ffree, files } = statfsSync(directory);
  return { bytes: bavail * bsize, ofBytes: blocks * bsize, files: ffree, ofFiles: files };
}

/** What there is too little of to begin a run. Pure. */
export function lackOf({ bytes, ofBytes, files, ofFiles }: Space): 'bytes' | 'inodes' | undefined {
  if (bytes < leastOf({ ofBytes })) return 'bytes';
  return ofFiles > 0 && files < Math.min(leastFiles, ofFiles * leastPart) ? 'inodes' : undefined;
}
const leastOf = ({ ofBytes }: Pick<Space, 'ofBytes'>): number => Math.min(leastBytes, ofBytes * leastPart);

/** A sentence for the reader when there is too little room to begin a run; nothing when there is enough. */
export function fullSentence(space: Space): string | undefined {
  const lack = lackOf(space);
  const refused = 'so this run was not started: it could not be kept as evidence.';
  const next = 'then press Run again. Pages and records can be read meanwhile.';
  switch (lack) {
    case 'bytes': {
      const free = (space.bytes / MIB).toFixed(1);
      const least = (leastOf(space) / MIB).toFixed(1);
      return `The disk that keeps the records is full (${free} MiB are free, ${least} MiB are needed), ${refused} Make room in the data folder of the server, ${next}`;
    }
    case 'inodes':
      return `The disk that keeps the records can take no more files, though it has bytes left (${space.files} inodes are free), ${refused} Remove files that nobody needs from that disk (\`df -i\` counts them), ${next}`;
    case undefined:
      return undefined;
    default:
      return never(lack);
  }
}

/** A sentence for the reader when the disk has failed. */
export function brokenSentence(error: unknown): string {
  const found = error instanceof Error ? error.message : String(error);
  return `The disk that keeps the records has failed (${found}), so runs are not started and nothing is changed: it could not be kept. Whoever operates the server has to look at that disk and then start the server again. Pages and records can be read meanwhile.`;
}

/** A sentence for readers and for the operator when the folder is not the one that was opened. */
export function replacedSentence(found: string): string {
  return `The data folder was taken away or replaced while the server runs: ${found}. So runs are not started and nothing is changed, for it could not be kept, and what runs now is not recorded. Whoever operates the server has to stop it, put the right folder in place, and start it again.`;
}
