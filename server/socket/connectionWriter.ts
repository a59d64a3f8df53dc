/**
 * All that goes out over one page's socket, in order: messages at once, bytes of followed runs one batch at a time, each when everything
 * before it is on its way. What a page leaves unread therefore stays small, whatever it asks for. Ending it is left to `queueLimits.ts`.
 */
import type { Down } from '../../src/core/protocol/down.ts';
import type { BatchWriter, Source } from '../runs/logReader.ts';

/** What this needs of a WebSocket. `sent` is called when the data has been given to the system, or never will be. */
export type Wire = {
  isOpen(): boolean;
  send(data: string | Uint8Array, sent: () => void): void;
};

export type Outlet = BatchWriter & {
  send(message: Down): void;
  /** So many bytes of messages wait that no further question of the page is answered now. */
  isBehind(): boolean;
  close(): void;
};

/** Of answers and news together. What a page asks for while more of them wait is left unread until they are sent. */
export const behindBytes = 16 * 1024;

/** `drained` is called whenever something was sent, and nothing waits that the page would have to read first. */
export function createOutlet(wire: Wire, drained: () => void): Outlet {
  const sources = new Set<Source>();
  let unsent = 0;
  let textBytes = 0;
  let closed = false;
  const put = (data: string | Uint8Array, size: number) => {
    unsent += 1;
    textBytes += size;
    wire.send(data, () => {
      unsent -= 1;
      textBytes -= size;
      if (closed) return;
      if (size > 0 && textBytes <= behindBytes) drained();
      serve();
    });
  };
  const serve = () => {
    for (const source of sources) {
      if (unsent > 0 || closed || !wire.isOpen()) return;
      sources.delete(source);
      const batch = source();
      if (batch !== undefined) put(batch, 0);
    }
  };
  return {
    send(message) {
      if (closed || !wire.isOpen()) return;
      const text = textOf(message);
      put(text, text.length);
    },
    isBehind: () => textBytes > behindBytes,
    request(source) {
      if (closed) return;
      sources.add(source);
      serve();
    },
    withdraw: (source) => void sources.delete(source),
    close() {
      closed = true;
      sources.clear();
    },
  };
}

/** What is said to two thousand pages at once is written once. */
const texts = new WeakMap<Down, string>();
function textOf(message: Down): string {
  const text = texts.get(message) ?? JSON.stringify(message);
  texts.set(message, text);
  return text;
}
