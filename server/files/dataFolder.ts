/** Makes the folder for runs, and says in a sentence why it cannot be used. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lackOf, spaceIn } from './diskSpace.ts';

/** An error of a system call or of SQLite. */
export type FolderFault = {
  readonly code?: unknown;
  readonly path?: unknown;
  /** SQLite's code in the lowest byte. */
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

export const isHeld = (fault: FolderFault): boolean => kindOf(fault) === 'held';

/** Makes a folder, and those above it, for this user only. Node's own `recursive` never ends in /proc. */
export function makeFolder(directory: string): void {
  const above = dirname(directory);
  if (!existsSync(above)) makeFolder(above);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/** Does `work` in the folder. Throws an error of the disk as a sentence that says what to do, and other errors as they are. */
export function inFolder<T>(directory: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explained(directory, error);
  }
}

/** As `inFolder`, for work that takes its time. */
export const laterInFolder = <T>(directory: string, work: () => Promise<T>): Promise<T> =>
  work().catch((error: unknown) => {
    throw explained(directory, error);
  });

function explained(directory: string, error: unknown): unknown {
  const message = error instanceof Error ? folderSentence(directory, error) : undefined;
  return message === undefined ? error : new Error(message, { cause: error });
}

/** Nothing when the disk is not at fault. */
export function folderSentence(directory: string, fault: FolderFault): string | undefined {
  const kind = kindOf(fault);
  if (kind === undefined) return undefined;
  const at = typeof fault.path === 'string' ? `${String(fault.code)} at ${fault.path}` : fault.message;
  const folder = `The folder for runs, ${directory},`;
  const disk = `The disk of the folder for runs, ${directory},`;
  const full =
    kind === 'full' && lackIn(directory) === 'inodes'
      ? 'can take no more files, though it has bytes left (`df -i` counts its inodes), so no run can be kept. Remove files that nobody needs from that disk and start again'
      : 'is full, so no run can be kept. Make room there and start again';
  const sentences: Readonly<Record<Kind, string>> = {
    held: `${folder} is used by another Vantage server. Stop that one`,
    full: `${disk} ${full}`,
    forbidden: `${folder} cannot be written by this user (${at}). Make it writable`,
    'in-a-file': `${folder} cannot be made: something that is no folder is in its place (${at}). Move that away`,
    absent: `${folder} cannot be made: the folder above it is missing or read-only (${at}). Mend that`,
    broken: `${disk} has failed (${at}). Check that disk`,
    strange: `A file in the folder for runs, ${directory}, is damaged or not written by Vantage (${at}). Move its *.sqlite files away`,
  };
  return `${sentences[kind]}, or choose another folder: npm start -- --data DIRECTORY`;
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

/** Throws a sentence when other users may write the folder or its files. Folders above it are the operator's concern. */
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
