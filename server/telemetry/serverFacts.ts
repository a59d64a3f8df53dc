/** What the server can be asked about itself while it runs. Made in `server.ts`; how it is told is left to `metrics.ts`. */
import type { EndedRun } from '../../src/core/protocol/down.ts';
import type { Server } from 'node:http';
import type { SocketCounts } from '../socket/socket.ts';

export type Facts = {
  /** Runs that are on their way, by how far they are. */
  now(): { readonly queued: number; readonly running: number };
  readonly sockets: () => SocketCounts;
  /** Written to clients since the start, all connections together. */
  readonly bytesOut: () => number;
  /** What is kept: runs, their bytes, and when the last one ended, in ms since 1970. */
  kept(): { readonly runs: number; readonly bytes: number; readonly lastAt: number | undefined };
  readonly fleet: () => 'starting' | 'ready' | 'none';
  /** Told of every run that ends, with its writeup. */
  ended(listener: (writeup: string, summary: EndedRun) => void): void;
};

/**
 * Adds up what these servers write, sockets of pages included. It never falls: of a socket that is cut off, Node no longer counts what
 * was still waiting to be sent.
 */
export function countBytesOut(servers: readonly Server[]): () => number {
  const open = new Set<{ readonly bytesWritten: number }>();
  let closed = 0;
  let most = 0;
  for (const server of servers)
    server.on('connection', (socket) => {
      open.add(socket);
      socket.once('close', () => {
        open.delete(socket);
        closed += socket.bytesWritten;
      });
    });
  return () => {
    most = Math.max(
      most,
      [...open].reduce((sum, { bytesWritten }) => sum + bytesWritten, closed),
    );
    return most;
  };
}
