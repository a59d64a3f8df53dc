/** Reads one run's log for one page, at the page's own pace: a slow page holds up nobody, and no byte is sent twice. */
import type { Batch } from '../store/tail.ts';
import { type Encoded, encodeMessage, seqOf } from '../../src/core/protocol/codec.ts';
import type { Store } from '../store/contract.ts';
import { outputSkipper } from './skipOutput.ts';

/** The next batch of one run; undefined if there is none now. */
export type BatchSource = () => readonly Uint8Array[] | undefined;

/** Sends the batches of one page's log readers in turn. */
export type BatchWriter = {
  /** Calls `source` once, when everything before has been sent. */
  request(source: BatchSource): void;
  withdraw(source: BatchSource): void;
};

export type LogReader = ReturnType<typeof createLogReader>;

/** The largest entry of a machine, and not so much that the system has to find new memory for each. */
const batchBytes = 96 * 1024;
const skippedBatchBytes = 1024 * 1024;

export type LogReaderOptions = {
  readonly run: string;
  /** Number of the first entry. */
  readonly from: number;
  /** Of the output that exists already, only about the last so many bytes. */
  readonly tail?: number | undefined;
  /** The log's length while the run goes on; Infinity once it has ended. */
  readonly length: number;
  /** The log's length now. */
  readonly size: number;
  readonly store: Store;
  readonly writer: BatchWriter;
  readonly failed: (error: unknown) => void;
};

/** Sends every entry from `from` on, once and in order. Reads nothing before it may be sent. */
export function createLogReader(options: LogReaderOptions) {
  const { run, from, tail, length, size, store, writer, failed } = options;
  const before = tail === undefined ? 0 : size - tail;
  const skip = before > 0 && from === 0 ? outputSkipper(before) : undefined;
  let position: number | undefined = from === 0 ? 0 : undefined;
  let known = length;
  let isClosed = false;
  let isScheduled = false;
  /** A batch or a place that the store is fetching, or a batch that it has fetched and that may not be sent yet. */
  let fetched: Promise<void> | Batch | undefined;
  const fail = (error: unknown) => {
    isClosed = true;
    failed(error);
  };
  const seek = (start: Promise<number>) => {
    fetched = start.then((found) => {
      [fetched, position] = [undefined, found];
      if (!isClosed) writer.request(nextBatch);
    }, fail);
  };
  const fetch = (batch: Promise<Batch>) => {
    fetched = batch.then((got) => {
      fetched = got;
      if (!isClosed) writer.request(nextBatch);
    }, fail);
  };
  const nextBatch: BatchSource = () => {
    try {
      if (fetched instanceof Promise) return undefined;
      const start = position ?? store.seek(run, from);
      if (start instanceof Promise) return void seek(start);
      position = start;
      if (start >= known) return undefined;
      const skipping = start < before ? skip : undefined;
      // A skipped batch ends where output is wanted again, or its end would come in too large a message.
      const ahead = skipping ? Math.min(before - start, skippedBatchBytes) : 0;
      const batch = fetched ?? store.read(run, start, Math.max(ahead, batchBytes));
      fetched = undefined;
      if (batch instanceof Promise) return void fetch(batch);
      const { entries, next } = batch;
      if (next === start) return undefined;
      position = next;
      schedule();
      const wanted = skipping ? skipping(entries, start) : entriesFrom(entries, from);
      return wanted.length === 0 ? undefined : messageOf(run, wanted);
    } catch (error) {
      fail(error);
      return undefined;
    }
  };
  // One turn later: entries that arrive together travel together, and others get their turn.
  const schedule = () => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      if (!isClosed) writer.request(nextBatch);
    });
  };
  schedule();
  return {
    onGrown(now: number) {
      known = now;
      schedule();
    },
    close() {
      isClosed = true;
      writer.withdraw(nextBatch);
    },
  };
}

/** The same array if all entries are wanted. */
function entriesFrom(entries: readonly Encoded[], from: number): readonly Encoded[] {
  const first = entries.findIndex((encoded) => seqOf(encoded) >= from);
  return first === 0 ? entries : first < 0 ? [] : entries.slice(first);
}

/** A binary message as `readMessage` of the codec has it. Readers at the same place get the same batch from the store, and share one message. */
const messages = new WeakMap<readonly Encoded[], readonly Uint8Array[]>();
function messageOf(run: string, entries: readonly Encoded[]): readonly Uint8Array[] {
  const message = messages.get(entries) ?? encodeMessage(run, entries);
  messages.set(entries, message);
  return message;
}
