/** Pings every socket and terminates those that do not return the payload of the last ping. */
import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';

/** A silent socket is gone after two of these. */
export const beatMs = 25_000;
const pingBytes = 8;

export function createHeartbeat(sockets: ReadonlySet<WebSocket>, ms: number) {
  const unanswered = new WeakMap<WebSocket, Buffer>();
  const timer = setInterval(() => {
    for (const socket of sockets) {
      if (unanswered.has(socket)) socket.terminate();
      else {
        const payload = randomBytes(pingBytes);
        unanswered.set(socket, payload);
        socket.ping(payload);
      }
    }
  }, ms);
  timer.unref();
  return {
    /** Pings this socket from the next beat on. */
    add(socket: WebSocket) {
      socket.on('pong', (payload) => {
        if (unanswered.get(socket)?.equals(payload)) unanswered.delete(socket);
      });
    },
    close: () => clearInterval(timer),
  };
}
