/** Listens at an address, and at a Unix socket for the operator's proxy. Every failure has a message for the operator. */
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Resolves with the port. */
export function listenAt(http: Server, host: string, port: number): Promise<number> {
  const messages: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} on ${host} is in use, perhaps by another npm start. Stop that one, or choose another port: npm start -- --port ${port + 1}`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Leave --host out to serve on 127.0.0.1.`,
    EACCES: `Port ${port} needs more rights than this user has. Choose one above 1023: npm start -- --port 8914`,
  };
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      const message = messages[error.code ?? ''];
      reject(message === undefined ? error : new Error(message));
    });
    http.listen(port, host, () => resolve((http.address() as AddressInfo).port));
  });
}

/** For owner and group: the proxy's user joins the server's group. Replaces a socket of an earlier server. */
export function listenAtSocket(http: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) =>
      reject(new Error(`proxy.socket: no socket can be made at ${path} (${error.code ?? error.message}).`));
    http.once('error', failed);
    if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true) rmSync(path);
    http.listen(path, () => {
      http.off('error', failed);
      chmodSync(path, 0o660);
      resolve();
    });
  });
}
