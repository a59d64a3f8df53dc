/** What keeps the store from keeping anything until the server is started anew: a disk that failed, or a folder that was taken away. */
import { isDiskFault } from './disk.ts';
import { FolderReplacedError, type OpenedFolder } from '../files/folderIdentity.ts';
import { brokenSentence, replacedSentence } from '../files/diskSpace.ts';

export type Faults = {
  /** Does something on the disk, and remembers when the disk fails at it. */
  watched<T>(work: () => T): T;
  /** Throws when the folder is not the one that was opened. */
  assertFolder(): void;
  isReplaced(): boolean;
  /** In a sentence. Once there is one it stays: what failed is not trusted again before somebody has looked at it. */
  lasting(): string | undefined;
};

export function createFaults(folder: OpenedFolder): Faults {
  let fault: string | undefined;
  let replaced: string | undefined;
  const look = (): string | undefined => {
    replaced ??= folder.changed();
    if (replaced !== undefined) fault ??= replacedSentence(replaced);
    return replaced;
  };
  return {
    watched(work) {
      try {
        return work();
      } catch (error) {
        if (isDiskFault(error)) fault ??= brokenSentence(error);
        throw error;
      }
    },
    assertFolder() {
      const found = look();
      if (found !== undefined) throw new FolderReplacedError(found);
    },
    isReplaced: () => look() !== undefined,
    lasting() {
      look();
      return fault;
    },
  };
}
