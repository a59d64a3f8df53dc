/** One server for a folder: two would end each other's runs. Two locks, for each is blind to something that the other sees. */
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { folderSentence, inFolder, isHeld, makeFolder } from './dataFolder.ts';

/** Thrown when another process holds the folder. */
export class StoreHeldError extends Error {}

export const lockName = 'lock.sqlite';

/** A lock on a file. The system lets go of it when the process dies. It holds between containers, and no longer when the file is deleted. */
export function lockFile(directory: string): DatabaseSync {
  const lock = new DatabaseSync(join(directory, lockName));
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    throw error instanceof Error && isHeld(error)
      ? new StoreHeldError(folderSentence(directory, error))
      : error;
  }
}

export type FolderLock = { close(): void };

/**
 * A lock on the folder itself, by an address of the kernel that is named after its inode: it holds whatever is deleted in the folder, between
 * all processes that share a network namespace. Linux only.
 */
export async function lockFolder(directory: string): Promise<FolderLock> {
  if (process.platform !== 'linux') return { close() {} };
  const { dev, ino } = inFolder(directory, () => {
    makeFolder(directory);
    return statSync(directory, { bigint: true });
  });
  const name = `vantage-data-${dev}-${ino}`;
  const lock = createServer((socket) => socket.destroy());
  try {
    lock.listen({ path: `\0${name}` });
    await once(lock, 'listening');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new StoreHeldError(
      `${folderSentence(directory, { errcode: busy, message: '' })} (\`ss -xlp | grep ${name}\` shows the process.)`,
    );
  }
  lock.unref();
  return { close: () => void lock.close() };
}

/** SQLite's number for what another process holds. */
const busy = 5;
