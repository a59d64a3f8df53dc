/** An append-only file under a name that others may move: each line goes, whole, into the file that has the name now. What a line is, is left to `audit.ts`. */
import { closeSync, fstatSync, lstatSync, readSync, renameSync, writeSync } from 'node:fs';
import { NoRunFileError, reopenRunFile } from '../files/openFile.ts';

export type RotatingFile = {
  /** Puts a line, with its line end, behind those that wait to be written. */
  append(line: Buffer): void;
  /** Writes what waits. Throws when the disk does: then it goes on waiting, and the next call tries again. */
  flush(): void;
  /** How many lines had no room among those that wait, since it was asked last. */
  drainLostCount(): number;
  /** Throws when what waits cannot be written; the file is closed all the same. */
  close(): void;
};

export type RotationLimits = {
  readonly maxBytes: number;
  /** Files of the past beside the present one. */
  readonly keep: number;
  /** Lines that wait while they cannot be written. */
  readonly maxWaitingLines: number;
};

/** Opens the file, or makes it, for this user only. Throws when it cannot be written, or when it is no regular file. */
export function openRotatingFile(
  path: string,
  { maxBytes, keep, maxWaitingLines }: RotationLimits,
): RotatingFile {
  let present: Opened | undefined = openToAppend(path);
  const waiting: Buffer[] = [];
  /** How much of the first line that waits is in the file already. */
  let done = 0;
  let lost = 0;

  /** The old descriptor is good until there is a new one, and nobody holds its number when it is closed. */
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
  /** The file that has the name now, with its present size: it may have been moved, removed, or cut. */
  const follow = (): Opened => {
    if (present === undefined) throw new Error(`${path}: expected an open file, found one that was closed`);
    const named = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    if (named?.ino !== present.ino || named.dev !== present.dev) return openAgain();
    present.size = Number(named.size);
    done = Math.min(done, present.size);
    return present;
  };
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
    append(line) {
      if (waiting.length < maxWaitingLines) waiting.push(line);
      else lost += 1;
    },
    flush,
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

type Opened = {
  readonly file: number;
  readonly ino: bigint;
  readonly dev: bigint;
  size: number;
  /** Its last line has no end: whoever wrote it was killed, or its disk was full. */
  isTorn: boolean;
};

function openToAppend(path: string): Opened {
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

/** Never a link, a pipe, a folder or a stranger's file: lines go nowhere but into the folder. */
function openRegular(path: string): number {
  try {
    return reopenRunFile(path);
  } catch (error) {
    if (!(error instanceof NoRunFileError)) throw error;
    throw new Error(
      `${path} cannot be written: ${error.message}. Put a file of this user's there, or nothing.`,
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
