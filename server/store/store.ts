/** Keeps runs: an append-only file of entries for each, and an index in SQLite. */
import type { Encoded } from '../../src/core/protocol/codec.ts';
import type { EndedRun } from '../../src/core/protocol/down.ts';
import type { RunHeader } from '../../src/core/run/run.ts';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type Disk, systemDisk } from './disk.ts';
import { createFaults } from './faults.ts';
import { endUnfinished, interruptedFile } from './interrupted.ts';
import type { Store } from './contract.ts';
import { folderTransfer } from './copy/folder.ts';
import { makeFolder, refuseOthers } from '../files/dataFolder.ts';
import { FolderReplacedError, rememberFolder } from '../files/folderIdentity.ts';
import { lockFile } from '../files/folderLock.ts';
import { openQueries } from './queries.ts';
import { indexOf, logOf, logReading } from './reading.ts';
import { addMissingRows, type Rebuilt, rowText, rowValues } from './rebuild.ts';
import { applyRetention } from './retention.ts';
import { diskFullSentence, spaceIn } from '../files/diskSpace.ts';
import { openIndex, transaction } from './schema.ts';
import { sqliteSql } from './sql.ts';
import { createTail, type Tail } from './tail.ts';

const keptOfAbandoned = 1024 * 1024;

export { StoreHeldError } from '../files/folderLock.ts';

/** `rebuilt`: what was missing in the index when it was opened, and was added. */
export type FileStore = Omit<Store, 'read' | 'size' | 'seek' | 'close'> &
  ReturnType<typeof logReading> & { readonly rebuilt: Rebuilt; close(): void };

/** Opens the store in `directory`, and makes the folder if needed. Throws when it is not writable, or when others may write it. */
export function openStore(directory: string, disk: Disk = systemDisk): FileStore {
  makeFolder(join(directory, 'runs'));
  refuseOthers(directory);
  const lock = lockFile(directory);
  const database = opened(directory, lock);
  const folder = rememberFolder(directory);
  const insert = database.prepare(rowText);
  const putRow = (header: RunHeader) => void insert.run(...rowValues(header));
  const update = database.prepare(
    "UPDATE runs SET state = 'ended', verdict = ?, how = ?, bytes = ?, summary = ? WHERE run = ?",
  );
  const unfinished = database.prepare("SELECT run, summary FROM runs WHERE state = 'running' ORDER BY run");
  const tails = new Map<string, Tail>();
  const reading = logReading(directory, tails);
  const sql = sqliteSql(database);
  const fileOf = (run: string) => logOf(directory, run);
  const rebuilt = addMissingRows(database, fileOf, putRow);

  const { watched, ...faults } = createFaults(folder);

  // Only an ended run has to survive a power cut. A wait for the disk at its start would delay every click.
  const finish = (...summaries: readonly EndedRun[]) => {
    database.exec('PRAGMA synchronous = FULL');
    try {
      transaction(database, () => {
        for (const summary of summaries) {
          const { run, how, judgement } = summary;
          update.run(judgement.verdict, how, reading.size(run), JSON.stringify(summary), run);
        }
      });
    } finally {
      database.exec('PRAGMA synchronous = NORMAL');
    }
  };

  // Runs that end together share one wait for the disk.
  const ending: { readonly summary: EndedRun; readonly done: PromiseWithResolvers<void> }[] = [];
  const finishAll = () => {
    const together = ending.splice(0);
    if (together.length === 0) return;
    try {
      watched(() => finish(...together.map(({ summary }) => summary)));
      for (const { done } of together) done.resolve();
    } catch (error) {
      for (const { done } of together) done.reject(error);
    }
  };

  const pendingSummaries = new Map<string, EndedRun>();
  const flushPending = () => {
    for (const [run, summary] of pendingSummaries) {
      finish(summary);
      pendingSummaries.delete(run);
    }
  };

  return {
    ...openQueries(sql),
    ...reading,
    rebuilt,
    transfer: folderTransfer(directory, database, sql),
    accept(header) {
      try {
        watched(() => putRow(header));
      } catch {
        // The disk may have room by then; if not, `create` throws.
      }
    },
    create(header) {
      faults.assertFolder();
      if (pendingSummaries.size > 0) flushPending();
      const { run } = header;
      const file = watched(() => {
        putRow(header);
        return disk.create(fileOf(run));
      });
      let length = 0;
      const tail = createTail();
      tails.set(run, tail);
      return {
        append(...encoded: Encoded) {
          const from = length;
          length += watched(() => file.append(encoded));
          tail.push(encoded, from, length);
          return length;
        },
        async seal(summary) {
          tails.delete(run);
          faults.assertFolder();
          // In this order, so that the index never says more than the file.
          await file.sync().catch(faults.rethrow);
          const done = Promise.withResolvers<void>();
          if (ending.push({ summary, done }) === 1) setImmediate(finishAll);
          await done.promise;
          // Before anybody learns the verdict: a reader of the folder must find what was written.
          faults.assertFolder();
          if (reading.size(run) !== length)
            throw new FolderReplacedError('the file of the run is gone or cut');
          file.close();
        },
        abandon(keep = length) {
          tails.delete(run);
          try {
            const kept = Math.min(keep, keptOfAbandoned);
            if (length > kept) file.cut(kept);
          } finally {
            file.close();
          }
        },
      };
    },
    recordFailure(summary) {
      pendingSummaries.set(summary.run, summary);
      try {
        flushPending();
      } catch {
        // No room for this either: it stays pending. If the server ends before, the run ends as interrupted.
      }
    },
    fault: faults.lasting,
    full: () => faults.lasting() ?? diskFullSentence(spaceIn(directory)),
    async *retain(limits, now) {
      // Nothing may be removed from a folder that replaced ours.
      const removeLogs = (runs: readonly string[]) => {
        for (const run of runs) rmSync(fileOf(run), { force: true });
      };
      const steps = applyRetention(sql, removeLogs, limits, now);
      while (faults.lasting() === undefined) {
        const { value, done } = await steps.next();
        if (done === true) return;
        yield value;
      }
    },
    async recover(now) {
      const { ended, recovered } = await endUnfinished(
        unfinished.all(),
        (run) => interruptedFile(fileOf(run)),
        now,
      );
      finish(...ended);
      return recovered.flatMap(({ hadItsEnd, ...one }) =>
        hadItsEnd && rebuilt.runs.has(one.run) ? [] : one,
      );
    },
    close() {
      finishAll();
      // SQLite deletes -wal, -shm and -journal by name: in a folder that replaced ours these are not its own.
      if (!faults.isReplaced()) {
        database.close();
        lock.close();
      }
      folder.close();
    },
  };
}

function opened(directory: string, lock: DatabaseSync): DatabaseSync {
  try {
    return openIndex(indexOf(directory), {});
  } catch (error) {
    lock.close();
    throw error;
  }
}
