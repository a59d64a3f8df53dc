/** One viewer of one run: reads the run's file at its own pace, so that a slow one holds up nobody and no byte comes twice. */
import { encodeMessage } from '../../src/core/protocol/codec.ts';
import type { RunStore } from '../store/store.ts';
import { createLeaveOut } from './leaveOut.ts';

export type Outlet = {
  /** Sends, and calls back when the bytes are on their way. */
  send(message: Uint8Array, sent: () => void): void;
};

export type Viewer = {
  /** There is more in the file: its length now. */
  grown(length: number): void;
  close(): void;
};

const batchBytes = 64 * 1024;
/** What is only looked through may come in larger pieces. */
const leftOutBatchBytes = 1024 * 1024;
/** Viewers at the same place of a run get the same batch from the store, and so share one message. */
const messages = new WeakMap<readonly Buffer[], Uint8Array>();

export type ViewerOptions = {
  readonly run: string;
  readonly from: number;
  /** Of the output that is there already, only about the last so many bytes; everything when it is not given. */
  readonly tail?: number | undefined;
  /** The file's length, or Infinity when the run has ended. */ readonly length: number;
  readonly store: RunStore;
  readonly outlet: Outlet;
  readonly failed: (error: unknown) => void;
};

/** Sends every entry from number `from` on, in order, each once. */
export function createViewer({ run, from, tail, length, store, outlet, failed }: ViewerOptions): Viewer {
  let position = from === 0 ? 0 : store.seek(run, from);
  const before = tail === undefined ? 0 : (Number.isFinite(length) ? length : store.size(run)) - tail;
  const leaveOut = before > 0 && from === 0 ? createLeaveOut(before) : undefined;
  let known = length;
  let state: 'idle' | 'sending' | 'closed' = 'idle';
  const pump = () => {
    try {
      while (state === 'idle' && position < known) {
        const passed = leaveOut && position < before ? leaveOut : undefined;
        const { entries, next } = store.read(run, position, passed ? leftOutBatchBytes : batchBytes);
        if (next === position) return;
        const wanted = passed ? passed.of(entries, position) : entriesFrom(entries, from);
        position = next;
        // Others have their turn while much is passed over.
        if (wanted.length === 0) return schedule();
        state = 'sending';
        outlet.send(messageOf(run, wanted), () => {
          if (state === 'closed') return;
          state = 'idle';
          schedule();
        });
      }
    } catch (error) {
      state = 'closed';
      failed(error);
    }
  };
  let scheduled = false;
  // One turn later: entries that arrive together travel together.
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      pump();
    });
  };
  schedule();
  return {
    grown(now) {
      known = now;
      schedule();
    },
    close: () => {
      state = 'closed';
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
