/** One viewer of one run: reads the run's file at its own pace, so that a slow one holds up nobody and no byte comes twice. */
import { encodeMessage } from '../../src/core/protocol/codec.ts';
import type { RunStore } from '../store/store.ts';
import { createOutputSkipper } from './skipOutput.ts';

/** Gives the next batch of one run; nothing when there is none, or when it asks again later. */
export type BatchSource = () => Uint8Array | undefined;

/** Where the viewers of one page send what they read: to each its turn. */
export type BatchWriter = {
  /** Calls `source` once, when everything that was sent before is on its way. */
  request(source: BatchSource): void;
  withdraw(source: BatchSource): void;
};

export type LogReader = {
  /** There is more in the file: its length now. */
  onGrown(length: number): void;
  close(): void;
};

const batchBytes = 64 * 1024;
/** What is only looked through may come in larger pieces. */
const leftOutBatchBytes = 1024 * 1024;
/** Viewers at the same place of a run get the same batch from the store, and so share one message. */
const messages = new WeakMap<readonly Buffer[], Uint8Array>();

export type LogReaderOptions = {
  readonly run: string;
  readonly from: number;
  /** Of the output that is there already, only about the last so many bytes; everything when it is not given. */
  readonly tail?: number | undefined;
  /** The file's length, or Infinity when the run has ended. */ readonly length: number;
  readonly store: RunStore;
  readonly writer: BatchWriter;
  readonly failed: (error: unknown) => void;
};

/** Sends every entry from number `from` on, in order, each once. Nothing is read before it may be sent. */
export function createLogReader({
  run,
  from,
  tail,
  length,
  store,
  writer,
  failed,
}: LogReaderOptions): LogReader {
  const before = tail === undefined ? 0 : (Number.isFinite(length) ? length : store.size(run)) - tail;
  const leaveOut = before > 0 && from === 0 ? createOutputSkipper(before) : undefined;
  let position = from === 0 ? 0 : undefined;
  let known = length;
  let closed = false;
  let scheduled = false;
  const give = (): Uint8Array | undefined => {
    try {
      const start = position ?? store.seek(run, from);
      position = start;
      if (start >= known) return undefined;
      const passed = leaveOut && start < before ? leaveOut : undefined;
      // What is passed over ends where everything is wanted, or the end of it would come in too large a message.
      const ahead = passed ? Math.min(before - start, leftOutBatchBytes) : 0;
      const { entries, next } = store.read(run, start, Math.max(ahead, batchBytes));
      if (next === start) return undefined;
      const wanted = passed ? passed.skip(entries, start) : entriesFrom(entries, from);
      position = next;
      schedule();
      return wanted.length === 0 ? undefined : messageOf(run, wanted);
    } catch (error) {
      closed = true;
      failed(error);
      return undefined;
    }
  };
  // One turn later: entries that arrive together travel together, and others have their turn while much is passed over.
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (!closed) writer.request(give);
    });
  };
  schedule();
  return {
    onGrown(now) {
      known = now;
      schedule();
    },
    close: () => {
      closed = true;
      writer.withdraw(give);
    },
  };
}

/** The same object when all of them are wanted. */
function entriesFrom(entries: readonly Buffer[], from: number): readonly Buffer[] {
  const first = entries.findIndex((encoded) => encoded.readUInt32BE(4) >= from);
  return first === 0 ? entries : first < 0 ? [] : entries.slice(first);
}

function messageOf(run: string, entries: readonly Buffer[]): Uint8Array {
  const message = messages.get(entries) ?? encodeMessage(run, entries);
  messages.set(entries, message);
  return message;
}
