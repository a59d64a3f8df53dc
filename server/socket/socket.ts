/** The WebSocket: who may connect, what a page may say, and what it is told. Starting runs is left to the hub. */
import { internalError } from '../../src/core/vocabulary.ts';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { readUp, type Up } from '../../src/core/protocol/up.ts';
import { closeCodes, subProtocol } from '../../src/core/protocol/version.ts';
import type { Principal } from '../identity/principal.ts';
import type { Door } from '../auth/authenticate.ts';
import type { RevocationWatch } from '../auth/revocationWatch.ts';
import { createClicks } from './requestIds.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createOutlet } from './connectionWriter.ts';
import { createPage, type Page, type PageOptions } from './connection.ts';
import { createQueueWatch, type QueueLimits, queueLookMs } from './queueLimits.ts';
import { byTimer, createThrottle, newsMs } from './throttle.ts';

export type SocketOptions = Omit<PageOptions, 'principal' | 'clicks' | 'send' | 'outlet' | 'refuse'> & {
  readonly door: Door;
  readonly revocationWatch: RevocationWatch;
  readonly maxSockets: number;
  /** A socket that does not answer within one beat is gone. */
  readonly beatMs: number;
  readonly queueLimits: QueueLimits;
};

export type SocketCounts = {
  readonly open: number;
  readonly followed: number;
  /** Bytes that wait for the page that reads most slowly. */
  readonly queuedBytes: number;
};

export type Sockets = {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** A fleet, or the condition of its lab, is another one now. */
  fleetChanged(): void;
  counts(): SocketCounts;
  close(): void;
};

/** For the closing handshake of a page that may not read any more. */
const farewellMs = 1000;
const burst = 40;
const perSecond = 10;

type Connection = {
  readonly page: Page;
  readonly principal: Principal;
  readonly tooSlow: (message: string) => void;
};

export function createSockets({
  door,
  revocationWatch,
  maxSockets,
  beatMs,
  queueLimits,
  ...options
}: SocketOptions): Sockets {
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
  const connections = new Map<WebSocket, Connection>();
  const heartbeat = createHeartbeat(server.clients, beatMs);

  server.on('wsClientError', (error, socket, request) => {
    door.spoiled(request, error.message);
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  const meet = (socket: WebSocket, principal: Principal) => {
    // One line, however much more of it was on its way already.
    let noted = false;
    const note = (message: string) => {
      if (!noted) door.broke(principal, message);
      noted = true;
    };
    const refuse = (message: string) => {
      note(message);
      socket.close(closeCodes.badMessage, message.slice(0, 120));
    };
    // Questions of a page that does not read the answers to earlier ones: no more is read of it meanwhile.
    const waiting: Up[] = [];
    const outlet = createOutlet(
      {
        isOpen: () => socket.readyState === WebSocket.OPEN,
        send: (data, sent) => socket.send(data, () => sent()),
      },
      () => {
        while (!outlet.isBehind()) {
          const next = socket.readyState === WebSocket.OPEN ? waiting.shift() : undefined;
          if (next === undefined) return void (socket.isPaused && socket.resume());
          hear(next);
        }
      },
    );
    const { send } = outlet;
    const page = createPage({ ...options, principal, clicks, send, outlet, refuse });
    const hear = (message: Up) => {
      try {
        page.heard(message);
      } catch (error) {
        // A fault of ours in one message ends neither the server nor the other pages.
        options.log(error);
        if ('key' in message) send({ type: 'refused', key: message.key, message: internalError });
        else socket.close(closeCodes.askAgain, 'this server failed at a message');
      }
    };
    const allow = createBucket(options.now);
    // Not at once: what the other side still sends would reset the connection, and the word that says why would be lost.
    const farewell = () => {
      page.close();
      outlet.close();
      setTimeout(() => socket.terminate(), farewellMs).unref();
    };
    const lost = () => {
      farewell();
      if (principal.again()) socket.close(closeCodes.askAgain, 'the proxy is asked again who you are');
      else socket.close(closeCodes.notAllowed, 'you may not read here any more: sign in again');
    };
    const tooSlow = (message: string) => {
      door.exceeded(principal, message);
      socket.close(closeCodes.tooSlow, message);
      farewell();
    };
    const letGo = revocationWatch.hold(principal, '/ws', lost, page.rights);
    connections.set(socket, { page, principal, tooSlow });
    heartbeat.add(socket);
    socket.on('message', (data, isBinary) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (!allow()) {
        note('too many messages');
        return socket.close(closeCodes.tooMany, 'too many messages: wait a while before you connect again');
      }
      const message = isBinary ? undefined : readUp(data.toString());
      if (message === undefined) return refuse('expected a message of the protocol');
      if (!outlet.isBehind()) return hear(message);
      waiting.push(message);
      socket.pause();
    });
    // A frame that is none, too long, or in too many pieces. The close frame that says so was written before.
    socket.on('error', (error) => {
      note(error.message);
      farewell();
    });
    socket.on('close', () => {
      letGo();
      connections.delete(socket);
      page.close();
      outlet.close();
    });
  };

  const tooSlowNow = createQueueWatch<WebSocket>(queueLimits);
  const look = setInterval(() => {
    const open = [...connections].filter(([{ readyState }]) => readyState === WebSocket.OPEN);
    const queues = open.map(([socket, { principal }]) => ({
      ...{ socket, person: principal.id, bytes: socket.bufferedAmount },
    }));
    for (const { socket, message } of tooSlowNow(queues, options.now()))
      connections.get(socket)?.tooSlow(message);
  }, queueLookMs);
  look.unref();
  const throttle = createThrottle(newsMs, byTimer);

  return {
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      const refuse = (status: string) =>
        socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      const seats = { path: '/ws', subProtocol, taken: server.clients.size, most: maxSockets };
      const knock = door.knock(request, seats);
      if (!knock.in) return void refuse(knock.status);
      socket.once('close', knock.leave);
      server.handleUpgrade(request, socket, head, (accepted) => meet(accepted, knock.principal));
    },
    fleetChanged() {
      throttle('fleet', () => {
        for (const { page } of connections.values()) page.fleetChanged();
      });
    },
    counts: () => ({
      open: server.clients.size,
      followed: [...connections.values()].reduce((sum, { page }) => sum + page.followed(), 0),
      queuedBytes: [...connections.keys()].reduce(
        (most, { bufferedAmount }) => Math.max(most, bufferedAmount),
        0,
      ),
    }),
    close() {
      heartbeat.close();
      clearInterval(look);
      for (const socket of server.clients) socket.close(closeCodes.shuttingDown, 'the server is stopping');
      server.close();
    },
  };
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
