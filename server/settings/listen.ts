/** Where the server listens: an address, and a Unix socket for the operator's proxy. Every failure is a sentence for the operator. */
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Resolves with the port. */
export function listenAt(http: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(
          new Error(
            `Port ${port} on ${host} is in use, perhaps by another npm start. Stop that one, or choose another port: npm start -- --port ${port + 1}`,
          ),
        );
      else if (error.code === 'EADDRNOTAVAIL')
        reject(new Error(`This machine has no address ${host}. Leave --host out to serve on 127.0.0.1.`));
      else if (error.code === 'EACCES')
        reject(
          new Error(
            `Port ${port} needs more rights than this user has. Choose one above 1023: npm start -- --port 8914`,
          ),
        );
      else reject(error);
    });
    http.listen(port, host, () => {
      const address = http.address() as AddressInfo;
      resolve(address.port);
    });
  });
}

/** For owner and group: the proxy's user is put into the group of the server's. A socket that an earlier server left behind is taken away. */
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
