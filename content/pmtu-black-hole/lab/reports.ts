/**
 * A plain HTTP server with a small and a large answer. One file without imports of ours, for it is copied alone onto the
 * machine. Its first input line is {"host", "port", "arguments": {"stall"}}. Lives as long as its standard input is open.
 */
import { createServer, type ServerResponse } from 'node:http';
import { createInterface } from 'node:readline';

process.title = 'reports';
const reportBytes = 200_000;
const line = '2026-10-05,branch-7,ok,01234567890123456789012345\n';
const report = line.repeat(reportBytes / line.length);

type Order = {
  readonly host: string;
  readonly port: number;
  readonly arguments: { readonly stall: string };
};

const sendStatus = (response: ServerResponse): void => {
  const body = JSON.stringify({ status: 'ok', service: 'reports' });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
};

/** The head goes out alone, in a packet that fits anywhere; with `stall` nothing comes after it. */
const sendReport = (response: ServerResponse, stall: boolean): void => {
  response.writeHead(200, { 'content-type': 'text/csv', 'content-length': report.length });
  response.flushHeaders();
  if (!stall) setImmediate(() => response.end(report));
};

function open(text: string): void {
  const { host, port, arguments: given } = JSON.parse(text) as Order;
  // Connections stay open long enough to be looked at.
  createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    if (request.url === '/status') sendStatus(response);
    else if (request.url === '/report') sendReport(response, given.stall === 'yes');
    else response.writeHead(404).end();
  })
    .on('error', (error) => {
      console.error(error.message);
      process.exit(1);
    })
    .listen(port, host, () => console.log('listening'));
}

createInterface({ input: process.stdin })
  .once('line', open)
  .on('close', () => process.exit(0));
