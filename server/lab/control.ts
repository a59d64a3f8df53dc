/** Both ends of the lab's control socket. */
import { createConnection, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { messageOf } from '../files/errors.ts';
import { type Answer, parseRequest, type Request } from './protocol.ts';

const connectionLimit = 64;

/**
 * Listens on `path`, for its owner only. `handle` is called once per connection; `watch` connections stay until the lab ends, and `tell`
 * is a further answer to each of them.
 */
export async function serveControl(path: string, handle: (request: Request) => Promise<unknown>) {
  const watching = new Set<Socket>();
  const server = createServer((socket) => {
    socket.once('close', () => watching.delete(socket));
    socket.on('error', () => socket.destroy());
    createInterface({ input: socket })
      .on('error', () => {})
      .once('line', (line) => void answerRequest(socket, line, handle, watching));
  });
  server.maxConnections = connectionLimit;
  server.listen(path);
  await once(server, 'listening');
  chmodSync(path, 0o600);
  const tell = (value: unknown): void => {
    for (const socket of watching) socket.write(lineOf({ ok: true, value }));
  };
  return { server, tell };
}

async function answerRequest(
  socket: Socket,
  line: string,
  handle: (request: Request) => Promise<unknown>,
  watching: Set<Socket>,
): Promise<void> {
  try {
    const request = parseRequest(line);
    const text = lineOf({ ok: true, value: (await handle(request)) ?? null });
    if (request.do !== 'watch') return void socket.end(text);
    watching.add(socket);
    socket.write(text);
  } catch (thrown) {
    socket.end(lineOf({ ok: false, message: messageOf(thrown) }));
  }
}

const lineOf = (answer: Answer): string => `${JSON.stringify(answer)}\n`;

/** Asks the lab at `path`. Rejects with the lab's error, or when there is no answer (within `limitMs`). */
export async function ask(path: string, request: Request, limitMs = 0): Promise<unknown> {
  const { socket, value } = await sendRequest(path, request, limitMs);
  socket.destroy();
  return value;
}

/** Resolves, once the lab listens, with a promise that resolves when it ends. `told` gets `value`, its status now, and what it tells later. `release` ends the watch. */
export async function watch(path: string, told?: (value: unknown) => void) {
  const { socket, value } = await sendRequest(path, { do: 'watch' }, 0, told);
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { value, ended, release: () => void socket.destroy(), unref: () => void socket.unref() };
}

async function sendRequest(
  path: string,
  request: Request,
  limitMs: number,
  told: (value: unknown) => void = () => {},
) {
  const socket = createConnection(path);
  const late = new Error(`expected an answer from the lab within ${limitMs} ms, found none`);
  socket.setTimeout(limitMs, () => socket.destroy(late));
  const { promise: answered, resolve, reject } = Promise.withResolvers<unknown>();
  const lines = createInterface({ input: socket }).on('line', (line) => {
    try {
      const answer = JSON.parse(line) as Answer;
      if (!answer.ok) throw new Error(answer.message);
      told(answer.value);
      resolve(answer.value);
    } catch (error) {
      reject(error);
    }
  });
  // readline hands on what breaks the connection. Its close follows the error, which says more.
  for (const one of [socket, lines]) one.once('error', reject);
  socket.once('close', () =>
    reject(new Error('expected an answer from the lab, but it ended the connection')),
  );
  socket.write(`${JSON.stringify(request)}\n`);
  const value = await answered;
  socket.setTimeout(0);
  return { socket, value };
}
