/**
 * The stand-in for the service of the writeup, with the three routes that the writeup calls. One file without imports of ours,
 * for it is copied alone onto the machine. Lives as long as its standard input is open. Its first input line is
 * {"host", "port"} or {"path"}, where it listens, and with TLS also "key" and "cert". Of its "arguments", "fault" is `hangs`
 * (it accepts and never answers) or `fails` (it answers 503).
 */

import { randomBytes } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { createInterface } from 'node:readline';

process.title = 'standin';
const bodyLimitBytes = 4096;
const tokenLimit = 1000;
const started = Date.now();
/** Oldest first; the oldest goes when the limit is reached. */
const tokens = new Set<string>();

type Reply = { readonly status: number; readonly value: unknown };

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > bodyLimitBytes) return '';
  }
  return text;
}

function mayLogIn(text: string): boolean {
  try {
    const said: unknown = JSON.parse(text);
    if (typeof said !== 'object' || said === null) return false;
    return 'username' in said && said.username === 'admin' && 'password' in said && said.password === 'admin';
  } catch {
    return false;
  }
}

function logIn(text: string): Reply {
  if (!mayLogIn(text)) return { status: 401, value: { detail: 'Invalid credentials' } };
  const token = randomBytes(36).toString('base64url');
  tokens.add(token);
  const [oldest] = tokens;
  if (tokens.size > tokenLimit && oldest !== undefined) tokens.delete(oldest);
  return { status: 200, value: { token, token_type: 'bearer' } };
}

const categories = [
  { id: 'architecture', name: 'Architecture', count: 12 },
  { id: 'operations', name: 'Operations', count: 7 },
  { id: 'troubleshooting', name: 'Troubleshooting', count: 21 },
];

const health = (): Reply => {
  const uptime = Math.round((Date.now() - started) / 1000);
  return { status: 200, value: { status: 'healthy', service: 'standin', uptime_s: uptime } };
};

async function replyTo(request: IncomingMessage): Promise<Reply> {
  switch (`${request.method} ${request.url?.split('?')[0]}`) {
    case 'GET /api/health':
      return health();
    case 'POST /api/auth/login':
      return logIn(await bodyOf(request));
    case 'GET /api/knowledge_base/categories/main': {
      const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
      const known = token !== undefined && tokens.has(token);
      return known
        ? { status: 200, value: { categories } }
        : { status: 401, value: { detail: 'Not authenticated' } };
    }
    default:
      return { status: 404, value: { detail: 'Not Found' } };
  }
}

async function serve(request: IncomingMessage, response: ServerResponse, fails: boolean): Promise<void> {
  const { status, value } = fails
    ? { status: 503, value: { detail: 'Service Unavailable' } }
    : await replyTo(request);
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

type Order = { readonly arguments: { readonly fault?: string } } & (
  | { readonly host: string; readonly port: number; readonly key?: string; readonly cert?: string }
  | { readonly path: string }
);

function open(line: string): void {
  const order = JSON.parse(line) as Order;
  const { fault } = order.arguments;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response, fault === 'fails').catch(() => response.destroy());
  };
  const { key, cert } = 'path' in order ? {} : order;
  const server =
    fault === 'hangs'
      ? createTcpServer((socket) => socket.on('error', () => {}).resume())
      : key && cert
        ? createTlsServer({ key, cert }, answer)
        : createServer(answer);
  if ('path' in order) forget(order.path);
  server
    .on('error', (error) => {
      console.error(error.message);
      process.exit(1);
    })
    .listen('path' in order ? order : { host: order.host, port: order.port, backlog: 2048 }, () =>
      console.log('listening'),
    );
}

/** The socket of one that was killed. */
function forget(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // There was none.
  }
}

createInterface({ input: process.stdin })
  .once('line', open)
  .on('close', () => process.exit(0));
