/** Whether the disk has space for another run, and the sentences for readers when it has not. */
import { statfsSync } from 'node:fs';
import { messageOf } from './errors.ts';

const MIB = 1024 * 1024;
/** Enough for a usual run, its row in the index, and what other programs write meanwhile. */
const leastBytes = 64 * MIB;
/** On a small file system, this part of it. */
const leastPart = 0.05;

/** More than the runs that may wait at once; on a file system with few inodes, the same part. */
const leastFiles = 512;

/** As a sentence has it. */
export const mib = (bytes: number): string => (bytes / MIB).toFixed(1);

export type Space = ReturnType<typeof spaceIn>;

/** The free space of the file system of `directory`. `ofFiles` is 0 where inodes are made as needed. */
export function spaceIn(directory: string) {
  const { bavail, blocks, bsize, ffree, files } = statfsSync(directory);
  return { bytes: bavail * bsize, ofBytes: blocks * bsize, files: ffree, ofFiles: files };
}

export function lackOf({ bytes, ofBytes, files, ofFiles }: Space): 'bytes' | 'inodes' | undefined {
  if (bytes < leastOf({ ofBytes })) return 'bytes';
  return ofFiles > 0 && files < Math.min(leastFiles, ofFiles * leastPart) ? 'inodes' : undefined;
}
const leastOf = ({ ofBytes }: Pick<Space, 'ofBytes'>): number => Math.min(leastBytes, ofBytes * leastPart);

export function diskFullSentence(space: Space): string | undefined {
  const lack = lackOf(space);
  if (lack === undefined) return undefined;
  const [found, remedy] = {
    bytes: [
      `is full (${mib(space.bytes)} MiB are free, ${mib(leastOf(space))} MiB are needed)`,
      'Make room in the data folder of the server',
    ],
    inodes: [
      `can take no more files, though it has bytes left (${space.files} inodes are free)`,
      'Remove files that nobody needs from that disk (`df -i` counts them)',
    ],
  }[lack];
  return `The disk that keeps the records ${found}, so this run was not started: it could not be kept as evidence. ${remedy}, then press Run again. Pages and records can still be read.`;
}

export function diskFailedSentence(error: unknown): string {
  return `The disk that keeps the records has failed (${messageOf(error)}), so no run starts and no change is saved. The operator of the server has to check that disk and then restart the server. Pages and records can still be read.`;
}

/** A sentence for readers and for the operator when the folder is not the one that was opened. */
export function folderReplacedSentence(found: string): string {
  return `The data folder was removed or replaced while the server runs: ${found}. So no run starts, no change is saved, and runs in progress are not recorded. The operator of the server has to stop it, put the right folder in place, and start it again.`;
}
