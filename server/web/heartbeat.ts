/** Whether the other side of a socket still reads: it has to send back what our last ping held. What else it sends proves nothing. */
import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';

export type Heartbeat = {
  /** Pings the socket from the next beat on, and answers its own pings: their library must not, see `answerPings`. */
  add(socket: WebSocket): void;
  close(): void;
};

/** Two of these, and a socket that never answers is gone within 50 seconds. */
export const beatMs = 25_000;
const pingBytes = 8;

/** A socket that did not answer the last ping is gone, whatever TCP says. */
export function createHeartbeat(sockets: ReadonlySet<WebSocket>, ms: number): Heartbeat {
  const unanswered = new WeakMap<WebSocket, Buffer>();
  const timer = setInterval(() => {
    for (const socket of sockets) {
      if (unanswered.has(socket)) socket.terminate();
      else {
        const held = randomBytes(pingBytes);
        unanswered.set(socket, held);
        socket.ping(held);
      }
    }
  }, ms);
  timer.unref();
  return {
    add(socket) {
      socket.on('pong', (held) => {
        if (unanswered.get(socket)?.equals(held)) unanswered.delete(socket);
      });
      answerPings(socket);
    },
    close: () => clearInterval(timer),
  };
}

/** One answer at a time, and of pings that come meanwhile only to the last (RFC 6455, 5.5.3): answers that nobody reads do not pile up. */
function answerPings(socket: WebSocket): void {
  let answering = false;
  let newest: Buffer | undefined;
  const answer = (held: Buffer) => {
    answering = true;
    socket.pong(held, false, () => {
      answering = false;
      const next = newest;
      newest = undefined;
      if (next !== undefined) answer(next);
    });
  };
  socket.on('ping', (held) => {
    if (answering) newest = held;
    else answer(held);
  });
}
