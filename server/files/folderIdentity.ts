/** Whether the folder of the records is still the one that was opened. What follows when it is not is left to `store.ts`. */
import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lockName } from './folderLock.ts';

export type OpenedFolder = {
  /** What is not there any more, or is another than the one that was opened; nothing while all is as it was. Some microseconds. */
  changed(): string | undefined;
  close(): void;
};

/** The run could not be recorded, or the change not be kept: the folder was taken away. */
export class FolderReplacedError extends Error {}

const folders = ['.', 'runs'] as const;
const parts = [...folders, 'index.sqlite', 'index.sqlite-wal', 'index.sqlite-shm', lockName];

/** Remembers what stands in the folder now. The files have to be open already: the number of one that is open is given to no other. */
export function rememberFolder(directory: string): OpenedFolder {
  const held = folders.map((name) => openSync(join(directory, name), 'r'));
  const opened = parts.map((name) => ({ name, identity: identityOf(join(directory, name)) }));
  return {
    changed() {
      for (const { name, identity } of opened) {
        const now = identityOf(join(directory, name));
        if (now !== identity)
          return `${name === '.' ? 'the folder' : name} is ${now === '' ? 'gone' : 'another one'}`;
      }
      return undefined;
    },
    close: () => held.splice(0).forEach(closeSync),
  };
}

/** Empty when there is nothing, or nothing that can be looked at. */
function identityOf(path: string): string {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? '' : `${stat.dev}:${stat.ino}`;
  } catch {
    return '';
  }
}
