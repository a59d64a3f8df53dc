/** Opens the file of a run, and nothing that was put in its place: a link, a pipe, a device, a folder or a stranger's file is no record. */
import { closeSync, constants, fstatSync, lstatSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;

/** What stands at the place of a run's file cannot be one; the sentence says what it is. */
export class NoRunFileError extends Error {
  readonly isMissing: boolean;
  constructor(message: string, isMissing = false) {
    super(message);
    this.isMissing = isMissing;
  }
}

/** For reading. Never waits, as opening a pipe would. */
export const openRunFile = (path: string): number => opened(path, O_RDONLY);

/** For ending what an earlier server left: cut, and appended to. Made when it is not there. */
export const reopenRunFile = (path: string): number => opened(path, O_RDWR | O_APPEND | O_CREAT);

/** In bytes; 0 when there is none that could be read. */
export function runFileSize(path: string): number {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true ? stat.size : 0;
}

function opened(path: string, flags: number): number {
  let file: number;
  try {
    file = openSync(path, flags | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    switch (code) {
      case 'ENOENT':
        throw new NoRunFileError('it has no file', true);
      case 'ELOOP':
        throw new NoRunFileError('in place of its file there is a link');
      case 'EISDIR':
        throw new NoRunFileError('in place of its file there is a folder');
      case 'ENXIO':
        throw new NoRunFileError('in place of its file there is a pipe or a device');
      case 'EACCES':
        throw new NoRunFileError('this server may not read its file');
      default:
        throw error;
    }
  }
  try {
    const stat = fstatSync(file);
    if (stat.isDirectory()) throw new NoRunFileError('in place of its file there is a folder');
    if (!stat.isFile()) throw new NoRunFileError('in place of its file there is a pipe or a device');
    const { uid } = stat;
    // A folder that was handed over keeps its files; one file of somebody else's in it was put there.
    if (uid !== process.geteuid?.() && uid !== statSync(dirname(path)).uid)
      throw new NoRunFileError(`its file belongs to the user ${uid}`);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}
