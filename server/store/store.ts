/** Keeps runs: an append-only file of entries for each, and an index in SQLite. Who may see them is left to others. */
import { closeSync, fdatasync, ftruncateSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { eventSchema } from '../../src/core/entry.ts';
import type { Summary } from '../../src/core/protocol/down.ts';
import type { RunHeader } from '../../src/core/run.ts';
import { endInterrupted } from './interrupted.ts';
import { folderSentence, isHeld } from './folder.ts';
import { indexOf, logOf, readingOf, type StoreReading } from './reading.ts';
import { retain, type Retention } from './retention.ts';
import { fullSentence } from './room.ts';
import { prepare } from './schema.ts';
import type { Sets } from './sets.ts';
import { createTail, type Tail } from './tail.ts';
import { writeFrame } from './writeFrame.ts';

const sync = promisify(fdatasync);
const keptOfAbandoned = 1024 * 1024;

export type RunLog = {
  /** Appends one encoded entry and returns the length of the file. Throws when the disk does. */
  append(encoded: Uint8Array): number;
  /** Resolves when the run is on disk for good, with its summary in the index. */
  seal(summary: Extract<Summary, { state: 'ended' }>): Promise<void>;
  /**
   * Gives the file up without a summary: the run stays `running` in the index, and the next start ends it as interrupted. Only the
   * beginning of a large file is kept, so that a run which filled the disk does not keep it full.
   */
  abandon(): void;
};

export type RunStore = Omit<StoreReading, 'sets'> & {
  create(header: RunHeader): RunLog;
  readonly sets: Sets;
  /** A run whose file was abandoned could not be recorded: the index says so, at once or as soon as the disk has room again. */
  lost(summary: Extract<Summary, { state: 'ended' }>): void;
  /** Why no run can be begun now, in a sentence for the reader; nothing when one can. */
  full(): string | undefined;
  /** Takes away what is over the limits, some at each step; gives how many runs. */
  retain(limits: Retention, now: Date): Generator<number, void, void>;
  /** Ends every run that an earlier process left unfinished, as `interrupted`. Returns how many. */
  recover(now: () => Date): number;
  close(): void;
};

/** Thrown when another process holds the folder. */
export class StoreHeldError extends Error {}

/** Opens the store in `directory`, which is made if need be. Throws when it cannot be written. */
export function openStore(directory: string): RunStore {
  mkdirSync(join(directory, 'runs'), { recursive: true, mode: 0o700 });
  const lock = takeLock(directory);
  const database = new DatabaseSync(indexOf(directory));
  prepare(database, indexOf(directory));
  const insert = database.prepare(
    "INSERT INTO runs (run, writeup, check_id, title, vantages, fleet, started_at, provenance, condition, state, verdict, how, bytes, summary) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', '', '', 0, ?)",
  );
  const update = database.prepare(
    "UPDATE runs SET state = 'ended', verdict = ?, how = ?, bytes = ?, summary = ? WHERE run = ?",
  );
  const unfinished = database.prepare("SELECT run, summary FROM runs WHERE state = 'running'");
  const tails = new Map<string, Tail>();
  const reading = readingOf(database, directory, tails);
  const fileOf = (run: string) => logOf(directory, run);

  // Only an ended run is promised to outlast a power cut. Waiting for the disk when one begins would delay every click.
  const finish = (summary: Extract<Summary, { state: 'ended' }>) => {
    const { run } = summary;
    database.exec('PRAGMA synchronous = FULL');
    try {
      update.run(summary.judgement.verdict, summary.how, reading.size(run), JSON.stringify(summary), run);
    } finally {
      database.exec('PRAGMA synchronous = NORMAL');
    }
  };

  const owed = new Map<string, Extract<Summary, { state: 'ended' }>>();
  const payBack = () => {
    for (const [run, summary] of owed) {
      finish(summary);
      owed.delete(run);
    }
  };

  return {
    ...reading,
    create(header) {
      if (owed.size > 0) payBack();
      const { run, writeup, check, title, fleet, startedAt, provenance, condition } = header;
      const vantages = `,${[...new Set(header.steps.map(({ vantage }) => vantage))].join(',')},`;
      const columns = [run, writeup, check, title, vantages, fleet, startedAt, provenance, condition];
      insert.run(...columns, JSON.stringify(header));
      const file = openSync(fileOf(run), 'ax', 0o600);
      let length = 0;
      const tail = createTail();
      tails.set(run, tail);
      let isOpen = true;
      const close = () => {
        if (isOpen) closeSync(file);
        isOpen = false;
      };
      return {
        append(encoded) {
          const from = length;
          length += writeFrame(file, encoded);
          tail.push(encoded, from, length);
          return length;
        },
        async seal(summary) {
          tails.delete(run);
          try {
            await sync(file);
          } finally {
            close();
          }
          finish(summary);
        },
        abandon() {
          tails.delete(run);
          if (isOpen && length > keptOfAbandoned) ftruncateSync(file, keptOfAbandoned);
          close();
        },
      };
    },
    lost(summary) {
      owed.set(summary.run, summary);
      try {
        payBack();
      } catch {
        // There is no room for this either: it is owed until there is. A server that ends before that leaves the run as interrupted.
      }
    },
    full: () => fullSentence(directory),
    retain: (limits, now) => retain(database, fileOf, limits, now),
    recover(now) {
      const rows = unfinished.all();
      for (const row of rows) {
        // Until it ends, the index holds the header of a run.
        const header = eventSchema.parse(JSON.parse(String(row['summary'])));
        if (header.kind === 'header') finish(endInterrupted(fileOf(header.run), header, now()));
      }
      return rows.length;
    },
    close() {
      database.close();
      lock.close();
    },
  };
}

/** One server for a folder: two would end each other's runs. SQLite's lock is let go by the system when the process dies. */
function takeLock(directory: string): DatabaseSync {
  const lock = new DatabaseSync(join(directory, 'lock.sqlite'));
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    throw error instanceof Error && isHeld(error)
      ? new StoreHeldError(folderSentence(directory, error))
      : error;
  }
}
