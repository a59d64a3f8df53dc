/** One server for a folder: two would end each other's runs. Two locks, because each misses what the other sees. */
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { folderSentence, inFolder, isHeld, makeFolder } from './dataFolder.ts';
import { codeOf } from './errors.ts';

export class StoreHeldError extends Error {}

const SQLITE_BUSY = 5;
export const lockName = 'lock.sqlite';

/** A lock on a file. It ends with the process, holds between containers, and is lost when the file is deleted. */
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

/** A lock on the folder itself: an abstract socket named after its inode. It holds within one network namespace, whatever is deleted. Linux only. */
export async function lockFolder(directory: string): Promise<{ close(): void }> {
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
    if (codeOf(error) !== 'EADDRINUSE') throw error;
    throw new StoreHeldError(
      `${folderSentence(directory, { errcode: SQLITE_BUSY, message: '' })} (\`ss -xlp | grep ${name}\` shows the process.)`,
    );
  }
  lock.unref();
  return { close: () => void lock.close() };
}
