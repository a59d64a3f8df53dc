/** Writes the log of one run to PostgreSQL, in frames, while its entries come. */
import { type Encoded, seqOf } from '../../../src/core/protocol/codec.ts';
import { framedLength, framedParts } from '../frames.ts';
import { messageOf } from '../../files/errors.ts';
import { StoreLostError } from '../faults.ts';
import { createTail } from '../tail.ts';
import type { Database } from './database.ts';

export const endedElsewhere = 'the run was ended by another server';
/** Two of the largest chunks of a machine. For frames of 256 KiB PostgreSQL asks the system for new memory each time: three times the cost of the same bytes. */
const frameBytes = 68 * 1024;
/** Entries that the database has not taken. More than a run may print is not kept in memory. */
const mostWaitingBytes = 128 * 1024 * 1024;

/** A run that this server may write: it has not ended, and nobody else has taken it to end it. */
export const isOurs = "state = 'running' AND server = current_setting('vantage.server')::integer";

/** The row of the run counts its entries: a frame fits behind the last one or nowhere, and nowhere once the run has ended or another server ends it. */
const addFrame = `WITH moved AS (
    UPDATE runs SET next = ?::integer, bytes = ?::bigint WHERE run = ? AND next = ?::integer AND ${isOurs} RETURNING run, next)
  INSERT INTO frames (run, number, position, bytes) SELECT run, ?::integer, ?::bigint, ? FROM moved`;

export type LogWriter = ReturnType<typeof createLogWriter>;

/** `begun` resolves when the row of the run is there; `grown` gets how much of the log the database has. */
export function createLogWriter(
  { query }: Pick<Database, 'query'>,
  run: string,
  begun: Promise<unknown>,
  grown: (bytes: number) => void,
) {
  const tail = createTail();
  let waiting: Encoded[] = [];
  let waitingBytes = 0;
  /** Of the log: all of it, and what the database has. */
  let [length, stored] = [0, 0];
  let failure: unknown;
  let working: Promise<void> | undefined;

  const fail = (error: unknown) => {
    failure ??= error instanceof StoreLostError ? error : new StoreLostError(messageOf(error));
    waiting = [];
    waitingBytes = 0;
  };
  const writeFrame = async () => {
    const entries: Encoded[] = [];
    let bytes = 0;
    for (const entry of waiting) {
      const size = framedLength(entry);
      if (bytes > 0 && bytes + size > frameBytes) break;
      entries.push(entry);
      bytes += size;
    }
    const [first, last] = [entries[0], entries.at(-1)];
    if (first === undefined || last === undefined) return;
    const [number, next] = [seqOf(first), seqOf(last) + 1];
    const values = [
      next,
      stored + bytes,
      run,
      number,
      number,
      stored,
      Buffer.concat(entries.flatMap(framedParts)),
    ];
    const { rowCount } = await query(addFrame, values);
    if (rowCount !== 1) throw new StoreLostError(endedElsewhere);
    waiting.splice(0, entries.length);
    waitingBytes -= bytes;
    stored += bytes;
    grown(stored);
  };
  const work = async () => {
    try {
      await begun;
      // Entries that come together share a frame.
      await new Promise((resolve) => setImmediate(resolve));
      while (waiting.length > 0) await writeFrame();
    } catch (error) {
      fail(error);
    } finally {
      working = undefined;
    }
  };
  return {
    tail,
    size: () => length,
    append(...encoded: Encoded): number {
      if (failure !== undefined) throw failure;
      const from = length;
      const size = framedLength(encoded);
      length += size;
      waitingBytes += size;
      if (waitingBytes > mostWaitingBytes) fail(new Error('the database is too slow for this output'));
      waiting.push(encoded);
      tail.push(encoded, from, length);
      working ??= work();
      return length;
    },
    /** Resolves when the database has all entries. Rejects when it does not take them. */
    async stored() {
      while (working !== undefined) await working;
      if (failure !== undefined) throw failure;
    },
  };
}
