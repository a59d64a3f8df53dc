/** Bare sockets for the soak: pages that say little and read nothing. Pages that take runs are left to `../reader.ts`. */
import { WebSocket } from 'ws';
import { subProtocol } from '../../src/core/protocol/version.ts';
import type { Stage } from './stage.ts';

/** One loopback address may hold a thousand connections. */
const addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3'] as const;

export function openSocket({ address }: Stage, index: number): Promise<WebSocket> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/ws`, subProtocol, {
    origin: address,
    localAddress: addresses[index % addresses.length] ?? '127.0.0.1',
  });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** A page that has said what it watches. */
export async function openPage(stage: Stage, index: number): Promise<WebSocket> {
  const socket = await openSocket(stage, index);
  socket.send(JSON.stringify({ type: 'watch', writeup: 'bench' }));
  return socket;
}

/** Closes them and waits until each is closed. */
export async function closeAll(sockets: readonly WebSocket[]): Promise<void> {
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve) => {
          if (socket.readyState === WebSocket.CLOSED) return resolve();
          socket.once('close', () => resolve());
          socket.close();
        }),
    ),
  );
}

/** The close code that the server gives to whoever sends this; `open` when it stays open until the answer to a ping. */
export async function answerTo(stage: Stage, send: (socket: WebSocket) => void): Promise<number | 'open'> {
  const socket = await openPage(stage, 0);
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  send(socket);
  const stays = new Promise<'open'>((resolve) => socket.once('pong', () => resolve('open')));
  socket.ping();
  const answer = await Promise.race([closed, stays]);
  socket.terminate();
  return answer;
}
