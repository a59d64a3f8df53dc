/** A WebSocket that reconnects by itself. */
import { closeCodes, subProtocol } from '../../core/protocol/version.ts';

export type WireEvents = {
  readonly opened: () => void;
  readonly message: (data: unknown) => void;
  readonly closed: (code: number, reason: string) => void;
};

export type Wire = { send(text: string): void; close(): void };

export type Platform = {
  readonly connect: (protocol: string, events: WireEvents) => Wire;
  /** Calls back after `ms`; returns how to cancel that. */
  readonly schedule: (ms: number, then: () => void) => () => void;
  readonly chance: () => number;
};

export type SocketHandlers = {
  readonly opened: () => void;
  readonly message: (data: string | ArrayBuffer) => void;
  /** Lost, or never there. `attempt` counts the failures since the last welcome. */
  readonly lost: (attempt: number) => void;
  /** The server refuses this page for good, and says why. */
  readonly ended: (reason: string) => void;
};

/** A static host has no server: after so many failures only `reconnectNow` tries again. */
const FAILURES_BEFORE_GIVING_UP = 8;

/** Connects, and connects again after every loss until `close` or a close code from 4400 on. */
export function openSocket(platform: Platform, handlers: SocketHandlers) {
  let wire: Wire | undefined;
  let isOpen = false;
  let everOpen = false;
  let closed = false;
  let attempt = 0;
  let cancelRetry: (() => void) | undefined;

  const connect = () => {
    cancelRetry = undefined;
    wire = platform.connect(subProtocol, {
      opened() {
        isOpen = true;
        everOpen = true;
        handlers.opened();
      },
      message(data) {
        if (typeof data === 'string' || data instanceof ArrayBuffer) handlers.message(data);
      },
      closed(code, reason) {
        if (closed) return;
        isOpen = false;
        wire = undefined;
        const isFinal = code >= closeCodes.badMessage && code < 5000;
        if (isFinal || code === closeCodes.notAllowed) {
          closed = true;
          handlers.ended(reason);
          return;
        }
        if (everOpen || attempt < FAILURES_BEFORE_GIVING_UP)
          cancelRetry = platform.schedule(retryDelay(attempt, platform.chance()), connect);
        attempt += 1;
        handlers.lost(attempt);
      },
    });
  };

  connect();
  return {
    /** False when there is no connection; nothing is kept for later. */
    send(text: string): boolean {
      if (!isOpen || wire === undefined) return false;
      wire.send(text);
      return true;
    },
    /** After a welcome: the next loss starts from the shortest delay. */
    resetBackoff(): void {
      attempt = 0;
    },
    reconnectNow(): void {
      if (wire !== undefined || closed) return;
      cancelRetry?.();
      connect();
    },
    close(): void {
      closed = true;
      cancelRetry?.();
      const own = wire;
      wire = undefined;
      own?.close();
    },
  };
}

const FIRST_MS = 250;
const MOST_MS = 15_000;

/** Milliseconds before attempt `attempt` (0 is the first after a loss): doubled each time, at random within the upper half. */
function retryDelay(attempt: number, chance: number): number {
  const ceiling = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.round(ceiling / 2 + (ceiling / 2) * chance);
}
