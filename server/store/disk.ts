/** The files of runs, and what makes them outlast a power cut. */
import { close, closeSync, fdatasync, ftruncateSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Encoded } from '../../src/core/protocol/codec.ts';
import { writeFrame } from './frames.ts';
import { codeOf, sqliteCodeOf } from '../files/errors.ts';

export type LogFile = {
  /** Appends one encoded entry as a frame and returns the frame's length. Throws when the disk does; then a part of it may be in the file. */
  append(encoded: Encoded): number;
  /** Resolves when the appended bytes and the name of the file are on disk for good. */
  sync(): Promise<void>;
  /** Keeps the first so many bytes only. */
  cut(bytes: number): void;
  close(): void;
};

export type Disk = {
  /** Makes a new file. Throws when there is one of this name. */
  create(path: string): LogFile;
};

const datasync = promisify(fdatasync);
/** The disk writes so much in far less than the time in which it comes. */
const AHEAD_BYTES = 4 * 1024 * 1024;

export const systemDisk: Disk = {
  create(path) {
    let present: number | undefined = openSync(path, 'ax', 0o600);
    let unsynced = 0;
    let syncing = Promise.resolve();
    let isSyncing = false;
    // The system reuses the number of a closed file: it must never be used again.
    const file = (): number => {
      if (present === undefined) throw new Error(`${path}: expected an open file, found one that was closed`);
      return present;
    };
    /** Meanwhile, so that little is left to wait for at the end. The system tells of a failure once only: `sync` throws it. */
    const syncAhead = () => {
      unsynced = 0;
      isSyncing = true;
      syncing = syncing.then(() => datasync(file())).finally(() => (isSyncing = false));
      syncing.catch(() => {});
    };
    return {
      append(encoded) {
        const written = writeFrame(file(), encoded);
        unsynced += written;
        if (unsynced >= AHEAD_BYTES && !isSyncing) syncAhead();
        return written;
      },
      async sync() {
        await syncing;
        await Promise.all([datasync(file()), syncName(path)]);
      },
      cut: (bytes) => ftruncateSync(file(), bytes),
      close() {
        if (present === undefined) return;
        const closing = present;
        // The number is free even if closing fails.
        present = undefined;
        if (isSyncing) void syncing.catch(() => {}).then(() => close(closing, () => {}));
        else closeSync(closing);
      },
    };
  },
};

/** A new file is on disk only when the folder that names it is. */
export async function syncName(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** https://www.sqlite.org/rescode.html */
const SQLITE_IOERR = 10;

/** Whether the disk failed, rather than was full: then nothing written is certain, even after a retry (https://wiki.postgresql.org/wiki/Fsync_Errors). */
export function isDiskFault(error: unknown): boolean {
  return codeOf(error) === 'EIO' || sqliteCodeOf(error) === SQLITE_IOERR;
}
