/** Whether the folder of the records is still the one that was opened. */
import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lockName } from './folderLock.ts';

export type OpenedFolder = ReturnType<typeof rememberFolder>;

/** Nothing could be recorded: the folder was removed or replaced. */
export class FolderReplacedError extends Error {}

const folders = ['.', 'runs'] as const;
const parts = [...folders, 'index.sqlite', 'index.sqlite-wal', 'index.sqlite-shm', lockName];

/** Remembers what is in the folder now. The files must be open: an inode number is not reused while its file is open. */
export function rememberFolder(directory: string) {
  const held = folders.map((name) => openSync(join(directory, name), 'r'));
  const opened = parts.map((name) => ({ name, identity: identityOf(join(directory, name)) }));
  return {
    /** What is gone or was replaced; nothing while all is as it was. Costs some microseconds. */
    changed(): string | undefined {
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

/** Empty when there is nothing that can be read. */
function identityOf(path: string): string {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? '' : `${stat.dev}:${stat.ino}`;
  } catch {
    return '';
  }
}
