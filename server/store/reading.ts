/** What the store can be asked. Opened by itself it only reads, beside a server that writes to the same folder. Writing is left to `store.ts`. */
import { closeSync, existsSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Summary } from '../../src/core/protocol/down.ts';
import { framedLength, type Readable, readFrames } from './frames.ts';
import { type History, openHistory } from './history.ts';
import { type Pins, openPins } from './pins.ts';
import { createMarks } from './fileOffsets.ts';
import { openRunFile, runFileSize } from '../files/openFile.ts';
import { openIndex } from './schema.ts';
import { openSets, type Sets } from './sets.ts';
import { summaryOfText } from './summaryText.ts';
import { type Batch, createRecent, type Tail } from './tail.ts';

export type StoreReading = {
  /** The newest ended run of each check of a writeup in each condition, oldest first; a cancelled one does not hide the one before it. */
  latest(writeup: string): readonly Summary[];
  summary(run: string): Summary | undefined;
  readonly history: History;
  readonly sets: Pick<Sets, 'get' | 'list' | 'newest'>;
  readonly keeping: Pick<Pins, 'total' | 'list' | 'asked'>;
  /** Whether a run is kept whatever the retention says. */
  pinned(run: string): boolean;
  /** What became of a record that is not there: taken away by the retention, at this time. */
  removedAt(id: string): string | undefined;
  /** The length of a run's file in bytes; 0 when there is none. */
  size(run: string): number;
  /**
   * Whole frames of a run's file from a byte position on, at most about `bytes`. Empty at the end.
   * Who asks for the same place within a short time gets the same object.
   */
  read(run: string, position: number, bytes: number): Batch;
  /** A position at or before the entry of this number, for who comes back in the middle. */
  seek(run: string, seq: number): number;
};

export const indexOf = (directory: string): string => join(directory, 'index.sqlite');
export const logOf = (directory: string, run: string): string => join(directory, 'runs', `${run}.log`);

/** Opens the store in `directory` for reading only. Throws a sentence when there is none. */
export function openReading(directory: string): StoreReading & { close(): void } {
  const file = indexOf(directory);
  if (!existsSync(file))
    throw new Error(
      `There are no records in ${directory}. Name the folder of those that you mean: --data DIRECTORY`,
    );
  const database = openIndex(file, { readOnly: true });
  return { ...readingOf(database, directory, new Map()), close: () => database.close() };
}

/** `tails` has the newest entries of runs that are being written. */
export function readingOf(
  database: DatabaseSync,
  directory: string,
  tails: ReadonlyMap<string, Tail>,
): Omit<StoreReading, 'sets' | 'keeping'> & { readonly sets: Sets; readonly keeping: Pins } {
  const pinnedRun = database.prepare('SELECT pinned FROM runs WHERE run = ?');
  const removed = database.prepare('SELECT at FROM removed WHERE id = ?');
  const newest = database.prepare(
    "SELECT summary FROM runs WHERE run IN (SELECT MAX(run) FROM runs WHERE writeup = ? AND state = 'ended' AND how <> 'cancelled' GROUP BY check_id, condition) ORDER BY run",
  );
  const one = database.prepare('SELECT summary FROM runs WHERE run = ?');
  const recent = createRecent();
  const marks = createMarks();
  return {
    latest: (writeup) => newest.all(writeup).flatMap(({ summary }) => summaryOfText(summary) ?? []),
    summary(run) {
      const row = one.get(run);
      return row && summaryOfText(row['summary']);
    },
    history: openHistory(database),
    sets: openSets(database),
    keeping: openPins(database),
    pinned: (run) => pinnedRun.get(run)?.['pinned'] === 1,
    removedAt(id) {
      const row = removed.get(id);
      return row && String(row['at']);
    },
    size: (run) => runFileSize(logOf(directory, run)),
    read(run, position, bytes) {
      const batch = recent.at(
        run,
        position,
        bytes,
        () => tails.get(run)?.read(position, bytes) ?? fromFile(logOf(directory, run), position, bytes),
      );
      const [first] = batch.entries;
      if (first) marks.passed(run, first.readUInt32BE(4), position);
      return batch;
    },
    seek: marks.before,
  };
}

/** A batch of entries of a run's file, from a position on, of at least one entry if there is a whole one. */
export function fromFile(
  path: string,
  position: number,
  bytes: number,
): Batch & { readonly after: Readable['after'] } {
  const file = openRunFile(path);
  try {
    for (let size = bytes; ; size *= 4) {
      const buffer = Buffer.allocUnsafe(size);
      const got = readSync(file, buffer, 0, size, position);
      const { entries, length, after } = readFrames(buffer.subarray(0, got));
      const [first] = entries;
      // One that is larger than what was asked for comes alone: what waits for a viewer who reads nothing is never much more.
      if (first !== undefined && size > bytes)
        return { entries: [first], next: position + framedLength(first), after: 'more' };
      if (entries.length > 0 || got < size || after === 'damaged')
        return { entries, next: position + length, after };
    }
  } finally {
    closeSync(file);
  }
}
