/**
 * What runs on the stand-in Windows host: a service on 127.0.0.1:7777, and the port proxy when there is to be one. Started in
 * its network namespace by `windows.ts`, lives as long as its standard input is open. Each input line is a port proxy or null;
 * it answers each with a line.
 */

import { createServer as createHttpServer } from 'node:http';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { PortProxy } from './conditions/condition.ts';

process.title = 'windowsHost';
const connectionLimit = 200;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

createHttpServer((_, response) => {
  response.writeHead(200, { 'content-type': 'text/plain' }).end('the Windows host\n');
})
  .on('error', (error) => {
    console.error(error.message);
    process.exit(1);
  })
  .listen({ host: '127.0.0.1', port: 7777 }, () => say('ready'));

let relay: Server | undefined;
const open = new Set<Socket>();

function obey(order: PortProxy | null): void {
  relay?.close();
  for (const socket of open) socket.destroy();
  relay = undefined;
  if (order === null) {
    say('done');
    return;
  }
  const { listen, to } = order;
  relay = createServer((near) => {
    const far = createConnection({ host: to.address, port: to.port });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one
        .on('error', () => other.destroy())
        .on('close', () => {
          open.delete(one);
          other.destroySoon();
        });
      one.pipe(other);
    }
  })
    .on('error', (error) => say(error.message))
    .listen({ host: listen.address, port: listen.port }, () => say('done'));
  relay.maxConnections = connectionLimit;
}

createInterface({ input: process.stdin })
  .on('line', (line) => obey(JSON.parse(line) as PortProxy | null))
  .on('close', () => process.exit(0));
