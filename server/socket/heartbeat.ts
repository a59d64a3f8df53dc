/** Whether the other side of a socket still reads: it has to send back what our last ping held. What else it sends proves nothing. */
import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';

export type Heartbeat = {
  /** Hears the answers of this socket, which is pinged from the next beat on. */
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
    },
    close: () => clearInterval(timer),
  };
}
