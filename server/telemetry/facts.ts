/** What a running server says of itself: the metrics are made from it. */
import type { Server } from 'node:http';
import type { EndedRun, FleetView, Summary } from '../../src/core/protocol/down.ts';
import type { SocketCounts } from '../socket/socket.ts';

export type ServerFacts = {
  /** Runs that have not ended. */
  active(): readonly Pick<Summary, 'state'>[];
  sockets(): SocketCounts;
  /** Written to clients since the start. */
  bytesOut(): number;
  /** Stored runs, their bytes, and when the last one ended, in ms since 1970. */
  kept(): Promise<{ readonly runs: number; readonly bytes: number; readonly lastAt: number | undefined }>;
  /** Why nothing can be kept now. */
  storeFault(): string | undefined;
  fleets(): ReadonlyMap<string, FleetView['state']>;
  /** Calls back for every run that ends. */
  ended(listener: (writeup: string, summary: EndedRun) => void): void;
};

/** Bytes that these servers and their sockets have written. Never falls, though Node's own count of a cut socket does. */
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
