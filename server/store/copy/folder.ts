/** A data folder, when records move into it or out of it. */
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { NoRunFileError, openRunFile } from '../../files/openFile.ts';
import type { Transfer } from '../contract.ts';
import { syncName } from '../disk.ts';
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
          await writeFile(from, log, { flag: 'wx', mode: 0o600, flush: true });
          if (statSync(from).size === 0) continue;
          if (existsSync(to))
            throw new Error(`the index does not know the file ${to}: look at it, and move it away`);
          written.push([from, to]);
        }
        // A row without its log is known as unfinished when the copy goes on. A log without a row would become a run of its own.
        database.exec('PRAGMA synchronous = FULL');
        await sql.change(...records.map(({ row }) => insertion('runs', runColumns.all, row)));
        for (const [from, to] of written) renameSync(from, to);
        await syncName(fileOf('any'));
      } finally {
        rmSync(partial, { recursive: true });
      }
    },
  };
}
