/** The folder for runs: making it, and what stands in its way, in a sentence for whoever starts the server. Using it is left to others. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { never } from '../../src/core/vocabulary.ts';
import { lackOf, spaceIn } from './diskSpace.ts';

/** What a system call or SQLite said. */
export type FolderFault = {
  readonly code?: unknown;
  readonly path?: unknown;
  /** SQLite's number; what is above the lowest byte says where. */
  readonly errcode?: unknown;
  readonly message: string;
};

type Kind = 'held' | 'full' | 'forbidden' | 'in-a-file' | 'absent' | 'broken' | 'strange';

const bySystem: ReadonlyMap<unknown, Kind> = new Map([
  ...(['ENOSPC', 'EDQUOT'] as const).map((code) => [code, 'full'] as const),
  ...(['EACCES', 'EPERM', 'EROFS', 'ELOOP'] as const).map((code) => [code, 'forbidden'] as const),
  ...(['ENOTDIR', 'EEXIST', 'EISDIR'] as const).map((code) => [code, 'in-a-file'] as const),
  ['ENOENT', 'absent'],
  ['EIO', 'broken'],
]);
/** https://www.sqlite.org/rescode.html: BUSY, LOCKED, FULL, READONLY, CANTOPEN, IOERR, CORRUPT, NOTADB. */
const bySqlite: ReadonlyMap<number, Kind> = new Map([
  ...([5, 6] as const).map((code) => [code, 'held'] as const),
  [13, 'full'],
  ...([8, 14] as const).map((code) => [code, 'forbidden'] as const),
  [10, 'broken'],
  ...([11, 26] as const).map((code) => [code, 'strange'] as const),
]);

/** Whether another process holds a lock in the folder. */
export const isHeld = (fault: FolderFault): boolean => kindOf(fault) === 'held';

/** Makes a folder, and those above it, for this user only. Node's own `recursive` never ends in /proc, where none can be made and the one above is there. */
export function makeFolder(directory: string): void {
  const above = dirname(directory);
  if (!existsSync(above)) makeFolder(above);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/** Does `work` in the folder. What the disk has against it is thrown as a sentence that says what to do; everything else as it is. */
export function inFolder<T>(directory: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const message = error instanceof Error ? folderSentence(directory, error) : undefined;
    throw message === undefined ? error : new Error(message, { cause: error });
  }
}

/** Nothing when this is no fault of a disk. */
export function folderSentence(directory: string, fault: FolderFault): string | undefined {
  const kind = kindOf(fault);
  const choose = 'choose another folder: npm start -- --data DIRECTORY';
  const folder = `The folder for runs, ${directory},`;
  const at = typeof fault.path === 'string' ? `${String(fault.code)} at ${fault.path}` : fault.message;
  switch (kind) {
    case 'held':
      return `${folder} is used by another Vantage server. Stop that one, or ${choose}`;
    case 'full':
      if (lackIn(directory) === 'inodes')
        return `The disk of the folder for runs, ${directory}, can take no more files, though it has bytes left (\`df -i\` counts its inodes), so no run can be kept. Remove files that nobody needs from that disk and start again, or ${choose}`;
      return `The disk of the folder for runs, ${directory}, is full, so no run can be kept. Make room there and start again, or ${choose}`;
    case 'forbidden':
      return `${folder} cannot be written by this user (${at}). Make it writable, or ${choose}`;
    case 'in-a-file':
      return `${folder} cannot be made: something that is no folder is in its place (${at}). Move that away, or ${choose}`;
    case 'absent':
      return `${folder} cannot be made: the one above it is not there or only to be read (${at}). Mend that, or ${choose}`;
    case 'broken':
      return `The disk of the folder for runs, ${directory}, has failed (${at}). Look at that disk, or ${choose}`;
    case 'strange':
      return `A file in the folder for runs, ${directory}, is damaged or none of ours (${at}). Move its *.sqlite files away, or ${choose}`;
    case undefined:
      return undefined;
    default:
      return never(kind);
  }
}

function lackIn(directory: string): ReturnType<typeof lackOf> {
  try {
    return lackOf(spaceIn(directory));
  } catch {
    return undefined;
  }
}

/** Bits of the mode with which the group, or everybody, may write. */
export const othersWrite = 0o022;
const guarded = ['.', 'runs', 'index.sqlite', 'index.sqlite-wal', 'index.sqlite-shm', 'lock.sqlite'];

/** Throws a sentence when other users may write what the evidence rests on. What lies above the folder is left to the operator. */
export function refuseOthers(directory: string): void {
  const open = guarded
    .map((name) => join(directory, name))
    .filter((path) => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & othersWrite) !== 0);
  if (open.length === 0) return;
  const paths = open.map((path) => `'${path.replaceAll("'", `'\\''`)}'`).join(' ');
  throw new Error(
    `The folder for runs, ${directory}, may be written by other users, who could change the evidence. Look whether they did, then: chmod go-w ${paths}. Or choose another folder: npm start -- --data DIRECTORY`,
  );
}

const kindOf = ({ code, errcode }: Partial<FolderFault>): Kind | undefined =>
  typeof errcode === 'number' ? bySqlite.get(errcode & 0xff) : bySystem.get(code);
