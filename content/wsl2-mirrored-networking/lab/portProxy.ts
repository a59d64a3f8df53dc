/**
 * What `netsh interface portproxy` does on Windows: passes connections on. Its first input line is
 * {"host", "port", "arguments": {"to": "ADDRESS:PORT"}}. Lives as long as its standard input is open.
 */
import { createConnection, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

process.title = 'portProxy';
const connectionLimit = 200;

type Order = { readonly host: string; readonly port: number; readonly arguments: { readonly to: string } };

function join(near: Socket, far: Socket): void {
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const)
    one
      .on('error', () => other.destroy())
      .on('close', () => other.destroySoon())
      .pipe(other);
}

function open(line: string): void {
  const order = JSON.parse(line) as Order;
  const [host = '', port = ''] = order.arguments.to.split(':');
  const server = createServer((near) => join(near, createConnection({ host, port: Number(port) })));
  server.maxConnections = connectionLimit;
  server
    .on('error', (error) => {
      console.error(error.message);
      process.exit(1);
    })
    .listen({ host: order.host, port: order.port }, () => console.log('listening'));
}

createInterface({ input: process.stdin })
  .once('line', open)
  .on('close', () => process.exit(0));
