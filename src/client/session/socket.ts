/** A WebSocket that comes back by itself. What is said over it is left to `session.ts`. */
import { closeCodes, subProtocol } from '../../core/protocol/version.ts';
import { retryDelay } from './backoff.ts';

export type WireEvents = {
  readonly opened: () => void;
  readonly message: (data: unknown) => void;
  readonly closed: (code: number, reason: string) => void;
};

/** One connection attempt, and what comes of it. */
export type Wire = { send(text: string): void; close(): void };

export type World = {
  readonly dial: (protocol: string, events: WireEvents) => Wire;
  /** Calls back after so many milliseconds; returns the way to call it off. */
  readonly later: (ms: number, then: () => void) => () => void;
  readonly chance: () => number;
};

export type Heard = {
  readonly opened: () => void;
  readonly message: (data: string | ArrayBuffer) => void;
  /** The connection is gone, or was never there. `attempt` counts the failures since the last welcome. */
  readonly lost: (attempt: number) => void;
  /** The server said not to come back, and why. */
  readonly ended: (reason: string) => void;
};

export type Socket = {
  /** False when there is no connection; nothing is kept for later. */
  send(text: string): boolean;
  /** The server answered as it should: the next loss starts from the shortest delay. */
  settled(): void;
  /** Tries at once instead of waiting. */
  hurry(): void;
  close(): void;
};

/** On a static host there is no server to wait for: after so many failures it is tried again only when asked to hurry. */
const FAILURES_BEFORE_GIVING_UP = 8;

/** Connects, and connects again after every loss until `close` or a close code from 4400 on. */
export function openSocket(world: World, heard: Heard): Socket {
  let wire: Wire | undefined;
  let isOpen = false;
  let everOpen = false;
  let closed = false;
  let attempt = 0;
  let callOff: (() => void) | undefined;

  const dial = () => {
    callOff = undefined;
    wire = world.dial(subProtocol, {
      opened() {
        isOpen = true;
        everOpen = true;
        heard.opened();
      },
      message(data) {
        if (typeof data === 'string' || data instanceof ArrayBuffer) heard.message(data);
      },
      closed(code, reason) {
        if (closed) return;
        isOpen = false;
        wire = undefined;
        const isFinal = code >= closeCodes.badMessage && code < 5000;
        if (isFinal || code === closeCodes.notAllowed) {
          closed = true;
          heard.ended(reason);
          return;
        }
        if (everOpen || attempt < FAILURES_BEFORE_GIVING_UP)
          callOff = world.later(retryDelay(attempt, world.chance()), dial);
        attempt += 1;
        heard.lost(attempt);
      },
    });
  };

  dial();
  return {
    send(text) {
      if (!isOpen || wire === undefined) return false;
      wire.send(text);
      return true;
    },
    settled() {
      attempt = 0;
    },
    hurry() {
      if (wire !== undefined || closed) return;
      callOff?.();
      dial();
    },
    close() {
      closed = true;
      callOff?.();
      const own = wire;
      wire = undefined;
      own?.close();
    },
  };
}
