/** Keeps runs: an append-only file of entries for each, and an index in SQLite. Who may see them is left to others. */
import { closeSync, fdatasync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { eventSchema } from '../../src/core/entry.ts';
import { type Summary, summarySchema } from '../../src/core/protocol/down.ts';
import type { RunHeader } from '../../src/core/run.ts';
import { readFrames } from './frames.ts';
import { type History, openHistory } from './history.ts';
import { endInterrupted } from './interrupted.ts';
import { createMarks } from './marks.ts';
import { retain, type Retention } from './retention.ts';
import { prepare } from './schema.ts';
import { openSets, type Sets } from './sets.ts';
import { type Batch, createRecent, createTail, type Tail } from './tail.ts';
import { writeFrame } from './writeFrame.ts';

const sync = promisify(fdatasync);
export type RunLog = {
  /** Appends one encoded entry and returns the length of the file. Throws when the disk does. */
  append(encoded: Uint8Array): number;
  /** Resolves when the run is on disk for good, with its summary in the index. */
  seal(summary: Extract<Summary, { state: 'ended' }>): Promise<void>;
  /** Gives the file up without a summary: the run stays `running` in the index, and the next start ends it as interrupted. */
  abandon(): void;
};

export type RunStore = {
  create(header: RunHeader): RunLog;
  /** The newest ended run of each check of a writeup in each condition, oldest first; a cancelled one does not hide the one before it. */
  latest(writeup: string): readonly Summary[];
  summary(run: string): Summary | undefined;
  readonly history: History;
  readonly sets: Sets;
  /** Whether a run is kept whatever the retention says. */
  pinned(run: string): boolean;
  /** What became of a record that is not there: taken away by the retention, at this time. */
  removedAt(id: string): string | undefined;
  /** Takes away what is over the limits; returns how many runs. */
  retain(limits: Retention, now: Date): number;
  /** The length of a run's file in bytes; 0 when there is none. */
  size(run: string): number;
  /**
   * Whole frames of a run's file from a byte position on, at most about `bytes`. Empty at the end.
   * Who asks for the same place within a short time gets the same object.
   */
  read(run: string, position: number, bytes: number): Batch;
  /** A position at or before the entry of this number, for who comes back in the middle. */
  seek(run: string, seq: number): number;
  /** Ends every run that an earlier process left unfinished, as `interrupted`. Returns how many. */
  recover(now: () => Date): number;
  close(): void;
};

/** Opens the store in `directory`, which is made if need be. Throws when it cannot be written. */
export function openStore(directory: string): RunStore {
  mkdirSync(join(directory, 'runs'), { recursive: true, mode: 0o700 });
  const lock = takeLock(directory);
  const database = new DatabaseSync(join(directory, 'index.sqlite'));
  prepare(database, join(directory, 'index.sqlite'));
  const insert = database.prepare(
    "INSERT INTO runs (run, writeup, check_id, title, vantages, fleet, started_at, provenance, condition, state, verdict, how, bytes, summary) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', '', '', 0, ?)",
  );
  const update = database.prepare(
    "UPDATE runs SET state = 'ended', verdict = ?, how = ?, bytes = ?, summary = ? WHERE run = ?",
  );
  const pinnedRun = database.prepare('SELECT pinned FROM runs WHERE run = ?');
  const removed = database.prepare('SELECT at FROM removed WHERE id = ?');
  const newest = database.prepare(
    "SELECT summary FROM runs WHERE run IN (SELECT MAX(run) FROM runs WHERE writeup = ? AND state = 'ended' AND summary ->> '$.how' <> 'cancelled' GROUP BY check_id, summary ->> '$.condition') ORDER BY run",
  );
  const one = database.prepare('SELECT summary FROM runs WHERE run = ?');
  const unfinished = database.prepare("SELECT run, summary FROM runs WHERE state = 'running'");
  const fileOf = (run: string) => join(directory, 'runs', `${run}.log`);
  const size = (run: string): number => statSync(fileOf(run), { throwIfNoEntry: false })?.size ?? 0;
  const parse = (row: Record<string, unknown>) => summarySchema.parse(JSON.parse(String(row['summary'])));

  // Only an ended run is promised to outlast a power cut. Waiting for the disk when one begins would delay every click.
  const finish = (run: string, summary: Extract<Summary, { state: 'ended' }>) => {
    database.exec('PRAGMA synchronous = FULL');
    try {
      update.run(summary.judgement.verdict, summary.how, size(run), JSON.stringify(summary), run);
    } finally {
      database.exec('PRAGMA synchronous = NORMAL');
    }
  };
  const tails = new Map<string, Tail>();
  const recent = createRecent();
  const marks = createMarks();
  const fromFile = (run: string, position: number, bytes: number): Batch => {
    const file = openSync(fileOf(run), 'r');
    try {
      for (let size = bytes; ; size *= 4) {
        const buffer = Buffer.allocUnsafe(size);
        const got = readSync(file, buffer, 0, size, position);
        const { entries, length, after } = readFrames(buffer.subarray(0, got));
        if (entries.length > 0 || got < size || after === 'damaged')
          return { entries, next: position + length };
      }
    } finally {
      closeSync(file);
    }
  };

  return {
    create(header) {
      const { run, writeup, check, title, fleet, startedAt, provenance, condition } = header;
      const vantages = `,${[...new Set(header.steps.map(({ vantage }) => vantage))].join(',')},`;
      const columns = [run, writeup, check, title, vantages, fleet, startedAt, provenance, condition];
      insert.run(...columns, JSON.stringify(header));
      const file = openSync(fileOf(run), 'ax', 0o600);
      let length = 0;
      const tail = createTail();
      tails.set(run, tail);
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
            closeSync(file);
          }
          finish(summary.run, summary);
        },
        abandon() {
          tails.delete(run);
          closeSync(file);
        },
      };
    },
    latest: (writeup) => newest.all(writeup).map(parse),
    summary(run) {
      const row = one.get(run);
      const parsed = row && summarySchema.safeParse(JSON.parse(String(row['summary'])));
      return parsed?.success ? parsed.data : undefined;
    },
    read(run, position, bytes) {
      const batch = recent.at(
        run,
        position,
        () => tails.get(run)?.read(position, bytes) ?? fromFile(run, position, bytes),
      );
      const [first] = batch.entries;
      if (first) marks.passed(run, first.readUInt32BE(4), position);
      return batch;
    },
    seek: marks.before,
    history: openHistory(database),
    sets: openSets(database),
    pinned: (run) => pinnedRun.get(run)?.['pinned'] === 1,
    removedAt(id) {
      const row = removed.get(id);
      return row && String(row['at']);
    },
    retain: (limits, now) => retain(database, fileOf, limits, now).length,
    size,
    recover(now) {
      const rows = unfinished.all();
      for (const row of rows) {
        // Until it ends, the index holds the header of a run.
        const header = eventSchema.parse(JSON.parse(String(row['summary'])));
        if (header.kind === 'header') finish(header.run, endInterrupted(fileOf(header.run), header, now()));
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
  } catch {
    lock.close();
    throw new Error(
      `The folder for runs, ${directory}, is used by another Vantage server. Stop that one, or choose another folder: npm start -- --data DIRECTORY`,
    );
  }
}
