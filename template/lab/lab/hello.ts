/** Stands for the service: says hello to every request. The first line of its input is JSON with `host` and `port`; it ends when its input ends. */
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

createInterface({ input: process.stdin })
  .once('line', (line) => {
    const { host, port } = JSON.parse(line) as { readonly host: string; readonly port: number };
    createServer((_, response) => response.end('hello\n'))
      .on('error', (error) => {
        console.error(error.message);
        process.exit(1);
      })
      .listen(port, host, () => console.log('listening'));
  })
  .on('close', () => process.exit(0));
