/** What the stand-in Windows host itself offers: one answer over HTTP, where its first input line says. Lives as long as its standard input is open. */
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

process.title = 'windowsHost';

const server = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'text/plain' }).end('the Windows host\n');
}).on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});

createInterface({ input: process.stdin })
  .once('line', (line) =>
    server.listen(JSON.parse(line) as { host: string; port: number }, () => console.log('listening')),
  )
  .on('close', () => process.exit(0));
