/** A data folder, when records move into it or out of it. */
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { NoRunFileError, openRunFile } from '../../files/openFile.ts';
import type { Transfer } from '../contract.ts';
import { logOf } from '../reading.ts';
import type { Sql } from '../sql.ts';
import { insertion, runColumns } from './tables.ts';

const readBytes = 256 * 1024;

export function folderTransfer(directory: string, database: DatabaseSync, sql: Sql): Transfer {
  const fileOf = (run: string) => logOf(directory, run);
  return {
    sql,
    // The folder has a lock.
    others: async () => 0,
    async *log(run) {
      try {
        yield* createReadStream('', { fd: openRunFile(fileOf(run)), highWaterMark: readBytes });
      } catch (error) {
        if (!(error instanceof NoRunFileError && error.isMissing)) throw error;
      }
    },
    async add(records) {
      const partial = join(directory, 'copying');
      rmSync(partial, { recursive: true, force: true });
      mkdirSync(partial, { mode: 0o700 });
      try {
        const written: (readonly [from: string, to: string])[] = [];
        for (const { row, log } of records) {
          const to = fileOf(String(row['run']));
          const from = join(partial, String(row['run']));
          if (!(await writeFile(from, log))) continue;
          if (existsSync(to))
            throw new Error(`the index does not know the file ${to}: look at it, and move it away`);
          written.push([from, to]);
        }
        // A row without its log is known as unfinished when the copy goes on. A log without a row would become a run of its own.
        database.exec('PRAGMA synchronous = FULL');
        await sql.change(...records.map(({ row }) => insertion('runs', runColumns.all, row)));
        for (const [from, to] of written) renameSync(from, to);
        syncFolder(dirname(fileOf('any')));
      } finally {
        rmSync(partial, { recursive: true });
      }
    },
  };
}

/** Makes the file, for good; false, without one, when there are no bytes. */
async function writeFile(path: string, bytes: AsyncIterable<Buffer>): Promise<boolean> {
  const file = await open(path, 'wx', 0o600);
  let length = 0;
  try {
    for await (const part of bytes) {
      await file.writeFile(part);
      length += part.length;
    }
    await file.datasync();
  } finally {
    await file.close();
  }
  return length > 0;
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
