/** The WebSocket: who may connect, what a page may say, and what it is told. Starting runs is left to the hub. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { Down, FleetView } from '../../src/core/protocol/down.ts';
import { readUp } from '../../src/core/protocol/up.ts';
import { closeCodes, subProtocol } from '../../src/core/protocol/version.ts';
import type { Caller } from '../access/caller.ts';
import type { Door } from '../access/door.ts';
import type { Leash } from '../access/leash.ts';
import { createClicks } from './clicks.ts';
import { createPage, type Page, type PageOptions } from './page.ts';

export type SocketOptions = Omit<PageOptions, 'caller' | 'clicks' | 'send' | 'sendBytes' | 'refuse'> & {
  readonly door: Door;
  readonly leash: Leash;
  readonly maxSockets: number;
  /** A socket that does not answer within one beat is gone. */
  readonly beatMs: number;
};

export type SocketCounts = {
  readonly open: number;
  readonly followed: number;
  /** Bytes that wait for the page that reads most slowly. */
  readonly queuedBytes: number;
};

export type Sockets = {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** The fleet changed. */
  fleet(view: FleetView): void;
  counts(): SocketCounts;
  close(): void;
};

/** Two of these, and a socket that never answers is gone within 50 seconds. */
export const beatMs = 25_000;
/** For the closing handshake of a page that may not read any more. */
const farewellMs = 1000;
const burst = 40;
const perSecond = 10;

const ourFault = 'Something in Vantage itself failed; the cause is in the server log.';

export function createSockets({ door, leash, maxSockets, beatMs, ...options }: SocketOptions): Sockets {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: 16 * 1024,
    maxFragments: 16,
    maxBufferedChunks: 64,
    perMessageDeflate: false,
    // For the answer to a close; the library would wait for thirty seconds. Its types do not know the option yet.
    ...{ closeTimeout: 5000 },
    handleProtocols: (offered) => (offered.has(subProtocol) ? subProtocol : false),
  });
  const clicks = createClicks();
  const pages = new Map<WebSocket, Page>();
  const answered = new WeakSet<WebSocket>();

  server.on('wsClientError', (error, socket, request) => {
    door.spoiled(request, error.message);
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  const meet = (socket: WebSocket, caller: Caller) => {
    const send = (message: Down) => socket.readyState === WebSocket.OPEN && socket.send(textOf(message));
    // One line, however much more of it was on its way already.
    let noted = false;
    const note = (say: string) => {
      if (!noted) door.broke(caller, say);
      noted = true;
    };
    const refuse = (say: string) => {
      note(say);
      socket.close(closeCodes.badMessage, say.slice(0, 120));
    };
    const page = createPage({
      ...options,
      caller,
      clicks,
      send,
      sendBytes: (bytes, sent) => socket.send(bytes, { binary: true }, () => sent()),
      refuse,
    });
    const allow = createBucket(options.now);
    pages.set(socket, page);
    answered.add(socket);
    // Not at once: what the other side still sends would reset the connection, and the word that says why would be lost.
    const farewell = () => {
      page.close();
      setTimeout(() => socket.terminate(), farewellMs).unref();
    };
    const lost = () => {
      farewell();
      if (caller.again()) socket.close(closeCodes.askAgain, 'the proxy is asked again who you are');
      else socket.close(closeCodes.notAllowed, 'you may not read here any more: sign in again');
    };
    const letGo = leash.hold(caller, '/ws', lost, page.rights);
    socket.on('pong', () => answered.add(socket));
    socket.on('message', (data, isBinary) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (!allow()) {
        note('too many messages');
        return socket.close(closeCodes.tooMany, 'too many messages: wait a while before you connect again');
      }
      const message = isBinary ? undefined : readUp(data.toString());
      if (message === undefined) return refuse('expected a message of the protocol');
      try {
        page.heard(message);
      } catch (error) {
        // A fault of ours in one message ends neither the server nor the other pages.
        options.log(error);
        if ('key' in message) send({ type: 'refused', key: message.key, say: ourFault });
        else socket.close(closeCodes.askAgain, 'this server failed at a message');
      }
    });
    // A frame that is none, too long, or in too many pieces. The close frame that says so was written before.
    socket.on('error', (error) => {
      note(error.message);
      farewell();
    });
    socket.on('close', () => {
      letGo();
      pages.delete(socket);
      page.close();
    });
  };

  // A socket that did not answer the last ping is gone, whatever TCP says.
  const beat = setInterval(() => {
    for (const socket of server.clients) {
      if (!answered.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, beatMs);
  beat.unref();

  return {
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      const refuse = (status: string) =>
        socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      const seats = { path: '/ws', subProtocol, taken: server.clients.size, most: maxSockets };
      const knock = door.knock(request, seats);
      if (!knock.in) return void refuse(knock.status);
      socket.once('close', knock.leave);
      server.handleUpgrade(request, socket, head, (accepted) => meet(accepted, knock.caller));
    },
    fleet(view) {
      for (const page of pages.values()) page.fleet(view);
    },
    counts: () => ({
      open: server.clients.size,
      followed: [...pages.values()].reduce((sum, page) => sum + page.followed(), 0),
      queuedBytes: [...pages.keys()].reduce((most, { bufferedAmount }) => Math.max(most, bufferedAmount), 0),
    }),
    close() {
      clearInterval(beat);
      for (const socket of server.clients) socket.close(closeCodes.shuttingDown, 'the server is stopping');
      server.close();
    },
  };
}

/** What is said to two thousand pages at once is written once. */
const texts = new WeakMap<Down, string>();
function textOf(message: Down): string {
  const text = texts.get(message) ?? JSON.stringify(message);
  texts.set(message, text);
  return text;
}

/** A token bucket: `burst` messages at once, `perSecond` over time. */
function createBucket(now: () => number): () => boolean {
  let tokens = burst;
  let last = now();
  return () => {
    const at = now();
    tokens = Math.min(burst, tokens + ((at - last) / 1000) * perSecond);
    last = at;
    tokens -= 1;
    return tokens >= 0;
  };
}
