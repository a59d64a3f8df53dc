/** Both ends of the lab's control socket. */
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { messageOf } from '../files/errors.ts';
import { type Answer, parseRequest, type Request } from './protocol.ts';

const connectionLimit = 64;

/** Listens on `path`, for its owner only. `handle` is called once per connection; `watch` connections stay until the lab ends. */
export async function serveControl(
  path: string,
  handle: (request: Request) => Promise<unknown>,
): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    createInterface({ input: socket })
      .on('error', () => {})
      .once('line', (line) => void answerRequest(socket, line, handle));
  });
  server.maxConnections = connectionLimit;
  server.listen(path);
  await once(server, 'listening');
  chmodSync(path, 0o600);
  return server;
}

async function answerRequest(
  socket: Socket,
  line: string,
  handle: (request: Request) => Promise<unknown>,
): Promise<void> {
  try {
    const request = parseRequest(line);
    const answer: Answer = { ok: true, value: (await handle(request)) ?? null };
    const text = `${JSON.stringify(answer)}\n`;
    if (request.do === 'watch') socket.write(text);
    else socket.end(text);
  } catch (thrown) {
    const answer: Answer = { ok: false, message: messageOf(thrown) };
    socket.end(`${JSON.stringify(answer)}\n`);
  }
}

/** Asks the lab at `path`. Rejects with the lab's error, or when there is no answer (within `limitMs`). */
export async function ask(path: string, request: Request, limitMs = 0): Promise<unknown> {
  const { socket, value } = await sendRequest(path, request, limitMs);
  socket.destroy();
  return value;
}

/** Resolves, once the lab listens, with a promise that resolves when it ends. `release` ends the watch. */
export async function watch(path: string) {
  const { socket } = await sendRequest(path, { do: 'watch' }, 0);
  socket.resume();
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { ended, release: () => void socket.destroy() };
}

async function sendRequest(path: string, request: Request, limitMs: number) {
  const socket = createConnection(path);
  const late = new Error(`expected an answer from the lab within ${limitMs} ms, found none`);
  socket.setTimeout(limitMs, () => socket.destroy(late));
  let text = '';
  // The close of a broken connection follows its error, which says more.
  const answered = new Promise<string>((resolve, reject) => {
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\n')) resolve(text);
    });
    socket.once('error', reject);
    socket.once('close', () =>
      reject(new Error('expected an answer from the lab, but it ended the connection')),
    );
  });
  socket.write(`${JSON.stringify(request)}\n`);
  const answer = JSON.parse(await answered) as Answer;
  socket.setTimeout(0);
  if (!answer.ok) throw new Error(answer.message);
  return { socket, value: answer.value };
}
