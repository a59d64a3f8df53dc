/** Connections before anybody has said who they are: how many, how long they may take to ask, and what is no request at all. */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Audit } from '../audit/audit.ts';
import { anonymous } from '../identity/principal.ts';
import { isLoopback } from '../identity/authMode.ts';
import { createCounts } from '../identity/rateLimits.ts';

/** Given to `createServer`. Half a request is looked for every two seconds, so it is gone after twelve. */
export const httpLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  maxHeaderSize: 16 * 1024,
  connectionsCheckingInterval: 2000,
  // A request without a host is answered, and written down, by the door like one with a wrong host.
  requireHostHeader: false,
  // Another protocol than ours is not what the connection becomes: such a request is answered as if it had not asked (RFC 9110, 7.8).
  shouldUpgradeCallback: ({ headers: { upgrade = '' } }: IncomingMessage): boolean =>
    upgrade.split(',').some((one) => one.trim().toLowerCase() === 'websocket'),
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
    audit.write({ principal: anonymous(peer), action: 'refused-limit', target: 'connection', outcome });
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

/**
 * Answers what the parser could not read, and writes it down. What was only slow, or was cut off, is no attempt at anything.
 * Once something was sent, an answer of ours could stand in the middle of another: then it is only closed.
 */
export function answerBroken(server: Server, audit: Audit): void {
  // What comes behind it on the same connection is no second attempt.
  const known = new WeakSet<Duplex>();
  const answer = (socket: Duplex, peer: string | undefined, status: string, why: string) => {
    if (known.has(socket)) return;
    known.add(socket);
    if (why !== '')
      audit.write({
        ...{
          principal: anonymous(peer ?? ''),
          action: 'refused-request',
          target: 'connection',
          outcome: why,
        },
      });
    if (!socket.writable) return void socket.destroy();
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
      socket.destroy(),
    );
  };
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const { code = '' } = error;
    if (socket.bytesWritten > 0) socket.destroy();
    answer(socket, socket.remoteAddress, statusOf(code), code.startsWith('HPE_') ? code : '');
  });
  server.on('connect', ({ socket }, stream) =>
    answer(stream, socket.remoteAddress, '405 Method Not Allowed', 'CONNECT'),
  );
}

function statusOf(code: string): string {
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large';
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return '413 Payload Too Large';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return '408 Request Timeout';
  return '400 Bad Request';
}
