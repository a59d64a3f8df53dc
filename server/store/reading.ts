/** Reads the store, also beside a server that writes to the same folder. */
import { closeSync, existsSync, readSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seqOf } from '../../src/core/protocol/codec.ts';
import type { RunHeader } from '../../src/core/run/run.ts';
import { framedLength, type Readable, readFrames } from './frames.ts';
import type { StoreReading } from './contract.ts';
import { openRunFile, runFileSize } from '../files/openFile.ts';
import { openIndex } from './schema.ts';
import { openQueries } from './queries.ts';
import { sqliteSql } from './sql.ts';
import { type Batch, createMarks, createRecent, type Tail } from './tail.ts';

export const indexOf = (directory: string): string => join(directory, 'index.sqlite');
export const logOf = (directory: string, run: string): string => join(directory, 'runs', `${run}.log`);

/** Opens the store in `directory` for reading only. Throws a sentence when there is none. */
export function openReading(directory: string): StoreReading & { close(): void } {
  const file = indexOf(directory);
  if (!existsSync(file))
    throw new Error(`There are no records in ${directory}. Name the folder that has them: --data DIRECTORY`);
  const database = openIndex(file, { readOnly: true });
  return {
    ...openQueries(sqliteSql(database)),
    ...logReading(directory, new Map()),
    close: () => database.close(),
  };
}

/** `tails` has the newest entries of runs that are being written. */
export function logReading(directory: string, tails: ReadonlyMap<string, Tail>) {
  const recent = createRecent();
  const marks = createMarks();
  return {
    size: (run: string) => runFileSize(logOf(directory, run)),
    read(run: string, position: number, bytes: number): Batch {
      const batch = recent(
        run,
        position,
        bytes,
        () => tails.get(run)?.read(position, bytes) ?? fromFile(logOf(directory, run), position, bytes),
      );
      const [first] = batch.entries;
      if (first) marks.passed(run, seqOf(first), position);
      return batch;
    },
    seek: marks.before,
    copyLog: (run: string, to: string) => copyFile(logOf(directory, run), to),
  };
}

/** A batch of entries of a run's file, from a position on: at least one if there is a whole one. */
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
      // An entry larger than `bytes` comes alone, so that little waits for a viewer who reads nothing.
      if (first !== undefined && size > bytes)
        return { entries: [first], next: position + framedLength(first), after: 'more' };
      if (entries.length > 0 || got < size || after === 'damaged')
        return { entries, next: position + length, after };
    }
  } finally {
    closeSync(file);
  }
}

const indexed = ['run', 'check', 'checkHash', 'source', 'condition', 'startedAt', 'by'] as const;

/** A sentence about the first fact in which the index and the header of a run's file differ: one of them was changed. */
export function mismatch(
  index: Pick<RunHeader, (typeof indexed)[number]>,
  header: RunHeader,
): string | undefined {
  const fact = indexed.find((one) => index[one] !== header[one]);
  return fact === undefined
    ? undefined
    : `The file of this run says ${fact} ${JSON.stringify(header[fact])}, and the index ${JSON.stringify(index[fact])}: one of them was changed.`;
}
