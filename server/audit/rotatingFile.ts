/** An append-only file that rotates, and that others may rotate: each line goes, whole, into the file that has the name now. */
import { closeSync, fstatSync, lstatSync, readSync, renameSync, writeSync } from 'node:fs';
import { NoRunFileError, reopenRunFile } from '../files/openFile.ts';

export type RotatingFile = ReturnType<typeof openRotatingFile>;

export type RotationLimits = {
  readonly maxBytes: number;
  /** Rotated files beside the current one. */
  readonly keep: number;
  readonly maxWaitingLines: number;
};

/** Opens or creates the file, for this user only. Throws if it cannot be written or is no regular file. */
export function openRotatingFile(path: string, { maxBytes, keep, maxWaitingLines }: RotationLimits) {
  let present: Opened | undefined = openToAppend(path);
  const waiting: Buffer[] = [];
  /** Bytes of the first queued line that are in the file already. */
  let done = 0;
  let lost = 0;

  /** Keeps the old descriptor until there is a new one. */
  const openAgain = (): Opened => {
    const [next, old] = [openToAppend(path), present];
    present = next;
    done = 0;
    if (old !== undefined) closeSync(old.file);
    return next;
  };
  const rotate = (): Opened => {
    for (let nth = keep; nth > 0; nth -= 1)
      renameIfThere(nth === 1 ? path : `${path}.${nth - 1}`, `${path}.${nth}`);
    return openAgain();
  };
  /** The file that has the name now, and its size: it may have been moved, removed, or cut. */
  const follow = (): Opened => {
    if (present === undefined) throw new Error(`${path}: expected an open file, found one that was closed`);
    const named = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    if (named?.ino !== present.ino || named.dev !== present.dev) return openAgain();
    present.size = Number(named.size);
    done = Math.min(done, present.size);
    return present;
  };
  /** Writes the queue. Throws when the disk does; the next call tries again. */
  const flush = () => {
    let opened = follow();
    for (let line = waiting[0]; line !== undefined; line = waiting[0]) {
      if (done === 0 && opened.size > 0 && opened.size + line.length > maxBytes) opened = rotate();
      if (opened.isTorn) opened.size += writeSync(opened.file, '\n');
      opened.isTorn = false;
      while (done < line.length) {
        const written = writeSync(opened.file, line, done);
        done += written;
        opened.size += written;
      }
      waiting.shift();
      done = 0;
    }
  };

  return {
    append(line: Buffer) {
      if (waiting.length < maxWaitingLines) waiting.push(line);
      else lost += 1;
    },
    flush,
    /** How many lines had no room in the queue since the last call. */
    drainLostCount() {
      const count = lost;
      lost = 0;
      return count;
    },
    close() {
      if (present === undefined) return;
      try {
        flush();
      } finally {
        const { file } = present;
        present = undefined;
        closeSync(file);
      }
    },
  };
}

type Opened = ReturnType<typeof openToAppend>;

/** `isTorn`: its last line has no end. */
function openToAppend(path: string) {
  const file = openRegular(path);
  try {
    const { ino, dev, size } = fstatSync(file, { bigint: true });
    const last = Buffer.alloc(1);
    const isTorn = size > 0n && readSync(file, last, 0, 1, size - 1n) === 1 && last.toString() !== '\n';
    return { file, ino, dev, size: Number(size), isTorn };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** Never a link, a pipe, a folder or another user's file. */
function openRegular(path: string): number {
  try {
    return reopenRunFile(path);
  } catch (error) {
    if (!(error instanceof NoRunFileError)) throw error;
    throw new Error(
      `${path} cannot be written: ${error.message}. Remove it, or put a regular file of this user there.`,
      { cause: error },
    );
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
