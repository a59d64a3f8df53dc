/** Limits of connections before anybody has said who they are: how many, and how long they may take to ask. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Audit } from './audit.ts';
import { nobody } from './caller.ts';
import { isLoopback } from './choice.ts';
import { createCounts } from './limits.ts';

/** Given to `createServer`. Half a request is looked for every two seconds, so it is gone after twelve. */
export const httpLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  maxHeaderSize: 16 * 1024,
  connectionsCheckingInterval: 2000,
} as const;

export type ConnectionLimits = {
  /** Of everybody. */
  readonly most: number;
  /** Of one address that is not this machine's own: behind a proxy here all have one address. */
  readonly perAddress: number;
};
export const connectionLimits: ConnectionLimits = { most: 3000, perAddress: 1000 };

export function limitConnections(server: Server, { most, perAddress }: ConnectionLimits, audit: Audit): void {
  const counts = createCounts();
  const refused = (peer: string, outcome: string) =>
    audit.write({ caller: nobody(peer), action: 'refused-limit', target: 'connection', outcome });
  server.maxConnections = most;
  server.on('drop', (dropped) => refused(dropped?.remoteAddress ?? '', `${most} connections are open`));
  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || isLoopback(remoteAddress)) return;
    const leave = counts.enter(remoteAddress, perAddress);
    if (leave !== undefined) return void socket.once('close', leave);
    refused(remoteAddress, `${perAddress} connections of one address are open`);
    socket.destroy();
  });
}
