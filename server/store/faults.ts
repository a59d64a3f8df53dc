/** Faults after which the store keeps nothing until the server restarts: a disk that failed, or a folder that was replaced. */
import { isDiskFault } from './disk.ts';
import { FolderReplacedError, type OpenedFolder } from '../files/folderIdentity.ts';
import { diskFailedSentence, folderReplacedSentence } from '../files/diskSpace.ts';

export function createFaults(folder: OpenedFolder) {
  let fault: string | undefined;
  let replaced: string | undefined;
  const look = (): string | undefined => {
    replaced ??= folder.changed();
    if (replaced !== undefined) fault ??= folderReplacedSentence(replaced);
    return replaced;
  };
  /** Remembers a failure of the disk, and throws it again. */
  const rethrow = (error: unknown): never => {
    if (isDiskFault(error)) fault ??= diskFailedSentence(error);
    throw error;
  };
  return {
    rethrow,
    /** Does something on the disk, and remembers when the disk fails. */
    watched<T>(work: () => T): T {
      try {
        return work();
      } catch (error) {
        return rethrow(error);
      }
    },
    assertFolder() {
      const found = look();
      if (found !== undefined) throw new FolderReplacedError(found);
    },
    isReplaced: () => look() !== undefined,
    /** A sentence. Once there is one it stays until somebody has looked at the disk. */
    lasting() {
      look();
      return fault;
    },
  };
}

/** The store did not take what belongs to a run, or somebody else has ended it: the run is no evidence. The message says why. */
export class StoreLostError extends Error {}
