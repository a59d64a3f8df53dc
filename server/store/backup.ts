/** Copies a data folder while a server writes to it, and checks the copy. */
import { spawnSync } from 'node:child_process';
import { constants, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { checkStore, type StoreCheck } from './check.ts';
import { makeFolder } from '../files/dataFolder.ts';
import { indexOf, logOf, openReading } from './reading.ts';
import { codeOf } from '../files/errors.ts';

/** The index is copied on its own, and the lock belongs to a process. */
const notCopied = /^(index|lock)\.sqlite/;

/** Makes the folder `to`, complete or not at all. Throws a sentence when it exists or cannot be made. A server on the copy ends unfinished runs as interrupted. */
export async function backupStore(from: string, to: string): Promise<StoreCheck> {
  const target = resolve(to);
  const partial = `${target}.partial`;
  for (const path of [target, partial])
    if (existsSync(path))
      throw new Error(
        `Expected no folder ${path}: a backup never overwrites anything. Name another folder${path === partial ? ', or remove this one: it is left from an unfinished backup' : ''}.`,
      );
  // Throws its sentence when there is no index to copy.
  openReading(from).close();
  makeFolder(resolve(target, '..'));
  mkdirSync(partial, { mode: 0o700 });
  try {
    mkdirSync(join(partial, 'runs'), { mode: 0o700 });
    await copyStore(from, partial);
    const check = await checkStore({ data: partial });
    // The check made them. Nobody else knows the folder yet.
    for (const part of ['-wal', '-shm']) rmSync(indexOf(partial) + part, { force: true });
    const flushed = spawnSync('sync', ['--file-system', partial], { encoding: 'utf8' });
    if (flushed.status !== 0)
      throw new Error(`The backup could not be written to the disk for good: ${flushed.stderr}`);
    renameSync(partial, target);
    return check;
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

async function copyStore(from: string, to: string): Promise<void> {
  const source = new DatabaseSync(indexOf(from), { readOnly: true, timeout: 5000 });
  try {
    // One consistent state of the index, whatever is being written.
    source.prepare('VACUUM INTO ?').run(indexOf(to));
    const copy = new DatabaseSync(indexOf(to));
    try {
      // As every reader of a store expects it.
      copy.exec('PRAGMA journal_mode = WAL');
      const removedAt = source.prepare('SELECT at FROM removed WHERE id = ?');
      const forget = copy.prepare('DELETE FROM runs WHERE run = ?');
      const note = copy.prepare('INSERT OR IGNORE INTO removed (id, at) VALUES (?, ?)');
      for (const { run } of copy.prepare('SELECT run FROM runs ORDER BY run').all()) {
        const id = String(run);
        if (await copied(logOf(from, id), logOf(to, id))) continue;
        const at = removedAt.get(id)?.['at'];
        if (at === undefined) continue;
        // The retention removed it between the two copies.
        forget.run(id);
        note.run(id, String(at));
      }
    } finally {
      copy.close();
    }
  } finally {
    source.close();
  }
  // The audit log, and the key that signs evidence.
  for (const name of readdirSync(from))
    if (!notCopied.test(basename(name))) await copied(join(from, name), join(to, name));
}

/** False when there is no ordinary file. Never a link: damage to one must not reach the other. */
async function copied(from: string, to: string): Promise<boolean> {
  if (lstatSync(from, { throwIfNoEntry: false })?.isFile() !== true) return false;
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
