/** The lab's directory: where it is, whether it is ours, and how it is emptied. */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, rmdirSync, rmSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from './problem.ts';

/** A Unix socket's path has 108 bytes, the last one 0. */
const socketPathBytes = 107;

export const socketOf = (directory: string, machine: string): string =>
  join(directory, `ssh-${machine}.sock`);
export const controlOf = (directory: string): string => join(directory, 'control.sock');
export const keyOf = (directory: string): string => join(directory, 'id_ed25519');
export const knownHostsOf = (directory: string): string => join(directory, 'known_hosts');
export const inventoryOf = (directory: string): string => join(directory, 'inventory.yaml');
/** A mount point inside the lab; empty outside of it. */
export const placeOf = (directory: string): string => join(directory, 'place');

const fixed = ['control.sock', 'id_ed25519', 'known_hosts', 'inventory.yaml'];
/** Files of a lab, for any names of machines. */
const isOurs = (name: string): boolean => fixed.includes(name) || /^ssh-[a-z0-9-]+\.sock$/.test(name);

/** Where the lab of that writeup is, for this project and this user, unless another place is asked for. */
export function defaultDirectory(writeup: string): string {
  const project = fileURLToPath(new URL('../..', import.meta.url));
  const hash = createHash('sha256').update(project).digest('hex').slice(0, 8);
  const runtime = process.env['XDG_RUNTIME_DIR'] ?? '';
  return join(existsSync(runtime) ? runtime : '/tmp', `vantage-${process.getuid?.() ?? 0}-${hash}`, writeup);
}

/** Throws when sockets in that directory could not be named. */
export function validateSocketPaths(directory: string, machines: readonly string[]): void {
  const longest = machines
    .map((machine) => socketOf(directory, machine))
    .find((path) => Buffer.byteLength(path) > socketPathBytes);
  if (longest === undefined) return;
  throw failed(
    `expected a path of at most ${socketPathBytes} bytes for a socket, found ${longest}; set XDG_RUNTIME_DIR to a shorter one`,
  );
}

/** Makes the directory, or reuses that of a dead lab. Refuses one that is not ours, and deletes no unknown file. */
export function claimDirectory(directory: string): void {
  for (const level of levelsOf(directory).slice(1)) ensureOwnDirectory(level);
  ensureOwnDirectory(directory);
  const unknown = unknownFiles(directory);
  if (unknown.length > 0) {
    throw failed(
      `expected ${directory} to have only a lab's files, found ${unknown.slice(0, 3).join(', ')}; remove them or name another directory`,
    );
  }
  removeFiles(directory);
}

const unknownFiles = (directory: string): string[] =>
  readdirSync(directory).filter((name) => name !== 'place' && !isOurs(name));

/** Whether a killed lab left this directory. The file names alone are not enough: `~/.ssh` has the same ones. */
export function isLeftover(directory: string): boolean {
  const found = existsSync(directory) ? lstatSync(directory) : undefined;
  if (!found?.isDirectory() || !isPrivate(found)) return false;
  const isSocket = lstatSync(controlOf(directory), { throwIfNoEntry: false })?.isSocket() === true;
  return isSocket && unknownFiles(directory).length === 0;
}

/** Removes what a lab leaves in its directory, and the directory itself when nothing else is in it. */
export function remove(directory: string): void {
  removeFiles(directory);
  for (const level of levelsOf(directory)) {
    try {
      rmdirSync(level);
    } catch (thrown) {
      // The lab itself or its starter may have removed it first.
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) return;
    }
  }
}

/** The usual directory is in one that holds nothing but labs. By its name: inside of the lab neither the user nor the environment is the one that chose it. */
const levelsOf = (directory: string): string[] =>
  /\/vantage-\d+-[0-9a-f]{8}\/[^/]+$/.test(directory) ? [directory, dirname(directory)] : [directory];

function removeFiles(directory: string): void {
  const names = existsSync(directory) && lstatSync(directory).isDirectory() ? readdirSync(directory) : [];
  for (const name of names.filter(isOurs)) rmSync(join(directory, name), { force: true });
  try {
    rmdirSync(placeOf(directory));
  } catch {
    // Missing, or not empty, and then not ours.
  }
}

function ensureOwnDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) {
      throw failed(`expected to make the directory ${directory}, found: ${String(thrown)}`);
    }
  }
  const found = lstatSync(directory);
  const mode = (found.mode & 0o777).toString(8);
  if (!found.isDirectory() || !isPrivate(found)) {
    const what = found.isDirectory()
      ? `a directory of user ${found.uid} with mode ${mode}`
      : 'something else';
    throw failed(
      `expected ${directory} to be a directory of yours with mode 700, found ${what}; remove it and try again`,
    );
  }
}

const isPrivate = ({ uid, mode }: Stats): boolean => uid === process.getuid?.() && (mode & 0o077) === 0;

const failed = (why: string): LabError =>
  new LabError({ kind: 'failed', message: `The lab cannot use its directory: ${why}.` });
