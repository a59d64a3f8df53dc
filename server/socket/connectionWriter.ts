/** Everything sent over one page's socket, in order: messages at once, and batches of run logs only when nothing else waits. */
import type { Down } from '../../src/core/protocol/down.ts';
import type { BatchSource, BatchWriter } from '../runs/logReader.ts';

/** What this needs of a WebSocket. The parts are one message. `sent` is called when it was given to the system, or never will be. */
export type MessageSocket = {
  isOpen(): boolean;
  send(message: string | readonly Uint8Array[], sent: () => void): void;
};

export type ConnectionWriter = BatchWriter & {
  send(message: Down): void;
  /** More messages wait than the page may leave unread: its requests are not read meanwhile. */
  isBehind(): boolean;
  close(): void;
};

/** Of messages that wait, before the page counts as behind. */
export const behindBytes = 16 * 1024;

/** `drained` is called when something was sent and the page is no longer behind. */
export function createConnectionWriter(socket: MessageSocket, drained: () => void): ConnectionWriter {
  const sources = new Set<BatchSource>();
  let unsent = 0;
  let textBytes = 0;
  let isClosed = false;
  const write = (message: string | readonly Uint8Array[], size: number) => {
    unsent += 1;
    textBytes += size;
    socket.send(message, () => {
      unsent -= 1;
      textBytes -= size;
      if (isClosed) return;
      if (size > 0 && textBytes <= behindBytes) drained();
      writeBatches();
    });
  };
  const writeBatches = () => {
    for (const source of sources) {
      if (unsent > 0 || isClosed || !socket.isOpen()) return;
      sources.delete(source);
      const batch = source();
      if (batch !== undefined) write(batch, 0);
    }
  };
  return {
    send(message) {
      if (isClosed || !socket.isOpen()) return;
      const text = textOf(message);
      write(text, text.length);
    },
    isBehind: () => textBytes > behindBytes,
    request(source) {
      if (isClosed) return;
      sources.add(source);
      writeBatches();
    },
    withdraw: (source) => void sources.delete(source),
    close() {
      isClosed = true;
      sources.clear();
    },
  };
}

/** A message to two thousand pages is serialized once. */
const texts = new WeakMap<Down, string>();
function textOf(message: Down): string {
  const text = texts.get(message) ?? JSON.stringify(message);
  texts.set(message, text);
  return text;
}
