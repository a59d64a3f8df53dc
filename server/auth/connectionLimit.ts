/** Limits on connections before authentication: how many, how long a request may take, and what is no HTTP at all. */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Audit } from '../audit/audit.ts';
import { anonymous } from '../identity/principal.ts';
import { isLoopback } from '../identity/authMode.ts';
import { createOpenCounts } from '../identity/rateLimits.ts';
import { listOf } from './proxy.ts';

/** For `createServer`. Half a request is gone after twelve seconds. */
export const httpLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  maxHeaderSize: 16 * 1024,
  connectionsCheckingInterval: 2000,
  // `authenticate` answers and audits a request without a host.
  requireHostHeader: false,
  // A request for another protocol is answered as if it had not asked (RFC 9110, 7.8).
  shouldUpgradeCallback: ({ headers: { upgrade = '' } }: IncomingMessage): boolean =>
    upgrade.split(',').some((one) => one.trim().toLowerCase() === 'websocket'),
} as const;

/** `perAddress` does not count loopback and trusted proxies: behind one all have its address. */
export type ConnectionLimit = { readonly most: number; readonly perAddress: number };
export const connectionLimits: ConnectionLimit = { most: 3000, perAddress: 1000 };

export function limitConnections(
  server: Server,
  { most, perAddress }: ConnectionLimit,
  audit: Audit,
  trusted: readonly string[],
): void {
  const counts = createOpenCounts();
  const isTrusted = listOf(trusted);
  const refused = (peer: string, outcome: string) =>
    audit.write({ principal: anonymous(peer), action: 'refused-limit', target: 'connection', outcome });
  server.maxConnections = most;
  server.on('drop', (dropped) => refused(dropped?.remoteAddress ?? '', `${most} connections are open`));
  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || isLoopback(remoteAddress) || isTrusted(remoteAddress)) return;
    const release = counts.acquire(remoteAddress, perAddress);
    if (release !== undefined) return void socket.once('close', release);
    refused(remoteAddress, `${perAddress} connections of one address are open`);
    socket.destroy();
  });
}

export const endWith = (socket: Duplex, status: string, ended = (): void => {}): void =>
  void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, ended);

/** Answers and audits what Node's parser rejects. Slow or cut requests are not audited; a response that has begun is only closed. */
export function rejectMalformed(server: Server, audit: Audit): void {
  // More bytes on the same connection are no second attempt.
  const rejected = new WeakSet<Duplex>();
  const reject = (socket: Duplex, peer: string | undefined, status: string, outcome: string) => {
    if (rejected.has(socket)) return;
    rejected.add(socket);
    const principal = anonymous(peer ?? '');
    if (outcome !== '') audit.write({ principal, action: 'refused-request', target: 'connection', outcome });
    if (socket.writable) endWith(socket, status, () => socket.destroy());
    else socket.destroy();
  };
  server.on('clientError', ({ code = '' }: NodeJS.ErrnoException, socket: Socket) => {
    if (socket.bytesWritten > 0) socket.destroy();
    const status = statusOf[code] ?? '400 Bad Request';
    reject(socket, socket.remoteAddress, status, code.startsWith('HPE_') ? code : '');
  });
  server.on('connect', ({ socket }, stream) =>
    reject(stream, socket.remoteAddress, '405 Method Not Allowed', 'CONNECT'),
  );
}

const statusOf: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};
