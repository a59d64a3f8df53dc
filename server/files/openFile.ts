/** Opens the file of a run, and nothing that was put in its place: no link, pipe, device, folder or file of another user. */
import { closeSync, constants, fstatSync, lstatSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from './errors.ts';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;

/** The path holds no file of a run; the sentence says what is there. */
export class NoRunFileError extends Error {
  readonly isMissing: boolean;
  constructor(message: string, isMissing = false) {
    super(message);
    this.isMissing = isMissing;
  }
}

/** For reading. Never waits, as opening a pipe would. */
export const openRunFile = (path: string): number => opened(path, O_RDONLY);

/** For ending what an earlier server left. Makes the file when it is missing. */
export const reopenRunFile = (path: string): number => opened(path, O_RDWR | O_APPEND | O_CREAT);

/** In bytes; 0 when there is none that could be read. */
export function runFileSize(path: string): number {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true ? stat.size : 0;
}

const folder = 'in place of its file there is a folder';
const device = 'in place of its file there is a pipe or a device';
/** What is at the path, by the error of opening it. */
const instead: Readonly<Record<string, string>> = {
  ENOENT: 'it has no file',
  ELOOP: 'in place of its file there is a link',
  EISDIR: folder,
  ENXIO: device,
  EACCES: 'this server may not read its file',
};

function opened(path: string, flags: number): number {
  let file: number;
  try {
    file = openSync(path, flags | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    const code = codeOf(error);
    const found = instead[code];
    throw found === undefined ? error : new NoRunFileError(found, code === 'ENOENT');
  }
  try {
    const stat = fstatSync(file);
    if (stat.isDirectory()) throw new NoRunFileError(folder);
    if (!stat.isFile()) throw new NoRunFileError(device);
    const { uid } = stat;
    // A folder that changed hands keeps its owner's files. A file of anybody else was put there.
    if (uid !== process.geteuid?.() && uid !== statSync(dirname(path)).uid)
      throw new NoRunFileError(`its file belongs to the user ${uid}`);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}
