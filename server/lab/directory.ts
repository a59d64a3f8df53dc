/** The lab's directory: where it is, whether it is ours, and how it is emptied. What is in it is written by `init.ts`. */

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
/** Covered by a file system of the lab's own; empty for everybody else. */
export const placeOf = (directory: string): string => join(directory, 'place');

const fixed = ['control.sock', 'id_ed25519', 'known_hosts', 'inventory.yaml'];
/** What a lab puts there, whatever its machines are called. */
const isOurs = (name: string): boolean => fixed.includes(name) || /^ssh-[a-z0-9-]+\.sock$/.test(name);

/** Where the lab of that writeup is, for this project and this user, unless another place is asked for. */
export function defaultDirectory(writeup: string): string {
  const project = fileURLToPath(new URL('../..', import.meta.url));
  const hash = createHash('sha256').update(project).digest('hex').slice(0, 8);
  const runtime = process.env['XDG_RUNTIME_DIR'] ?? '';
  return join(existsSync(runtime) ? runtime : '/tmp', `vantage-${process.getuid?.() ?? 0}-${hash}`, writeup);
}

/** Throws when sockets in that directory could not be named. */
export function mustFit(directory: string, machines: readonly string[]): void {
  const longest = machines
    .map((machine) => socketOf(directory, machine))
    .find((path) => Buffer.byteLength(path) > socketPathBytes);
  if (longest === undefined) return;
  throw failed(
    `expected a path of at most ${socketPathBytes} bytes for a socket, found ${longest}; set XDG_RUNTIME_DIR to a shorter one`,
  );
}

/** Makes the directory, or takes over the one of a lab that died. Refuses one that is not ours, and deletes nothing it does not know. */
export function claim(directory: string): void {
  for (const level of levelsOf(directory).slice(1)) own(level);
  own(directory);
  const strange = strangersIn(directory);
  if (strange.length > 0) {
    throw failed(
      `expected ${directory} to hold nothing but a lab's files, found ${strange.slice(0, 3).join(', ')}; remove them or name another directory`,
    );
  }
  sweep(directory);
}

const strangersIn = (directory: string): string[] =>
  readdirSync(directory).filter((name) => name !== 'place' && !isOurs(name));

/**
 * Whether a lab that was killed has left this directory. The names alone would not do: who names `~/.ssh` by mistake has an
 * `id_ed25519` and a `known_hosts` there as well.
 */
export function isLeft(directory: string): boolean {
  const found = existsSync(directory) ? lstatSync(directory) : undefined;
  if (!found?.isDirectory() || !isPrivate(found)) return false;
  const isSocket = lstatSync(controlOf(directory), { throwIfNoEntry: false })?.isSocket() === true;
  return isSocket && strangersIn(directory).length === 0;
}

/** Removes what a lab leaves in its directory, and the directory itself when nothing else is in it. */
export function remove(directory: string): void {
  sweep(directory);
  for (const level of levelsOf(directory)) {
    try {
      rmdirSync(level);
    } catch (thrown) {
      // The lab itself, or whoever started it, may have been here first.
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) return;
    }
  }
}

/** The usual directory is in one that holds nothing but labs. By its name: inside of the lab neither the user nor the environment is the one that chose it. */
const levelsOf = (directory: string): string[] =>
  /\/vantage-\d+-[0-9a-f]{8}\/[^/]+$/.test(directory) ? [directory, dirname(directory)] : [directory];

function sweep(directory: string): void {
  const names = existsSync(directory) && lstatSync(directory).isDirectory() ? readdirSync(directory) : [];
  for (const name of names.filter(isOurs)) rmSync(join(directory, name), { force: true });
  try {
    rmdirSync(placeOf(directory));
  } catch {
    // Not there, which is as good, or not empty, and then not ours.
  }
}

function own(directory: string): void {
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
