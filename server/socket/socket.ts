/** The WebSocket server: accepts connections, parses their messages, limits them, and closes them. */
import { internalError } from '../../src/core/vocabulary.ts';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { readUp, type Up } from '../../src/core/protocol/up.ts';
import { closeCodes, subProtocol } from '../../src/core/protocol/version.ts';
import type { AuditAction } from '../audit/auditLine.ts';
import { endWith } from '../auth/connectionLimit.ts';
import { pathOf } from '../auth/routes.ts';
import { anonymous, type Principal } from '../identity/principal.ts';
import { createTokenBuckets } from '../identity/rateLimits.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createConnectionWriter } from './connectionWriter.ts';
import { type Connection, createConnection } from './connection.ts';
import type { ConnectionDeps } from './connectionDeps.ts';
import { createQueueWatch, type QueueLimits, queueCheckMs } from './queueLimits.ts';
import { createRequestIds } from './requestIds.ts';
import { byTimer, createThrottle, newsMs } from './throttle.ts';

export type SocketOptions = ConnectionDeps & {
  readonly maxSockets: number;
  /** A socket that does not answer within one beat is gone. */
  readonly beatMs: number;
  readonly queueLimits: QueueLimits;
};

export type Sockets = ReturnType<typeof createSockets>;
export type SocketCounts = ReturnType<Sockets['counts']>;

/** For the closing handshake with a page that may not read any more. */
const terminateAfterMs = 1000;
const messageLimit = { burst: 40, perSecond: 10 };

/** The parts of a message become its fragments, and go to the system together. */
function sendParts(
  socket: WebSocket,
  stream: Duplex,
  message: string | readonly Uint8Array[],
  sent: () => void,
) {
  if (typeof message === 'string') return socket.send(message, sent);
  stream.cork();
  message.forEach((part, index) => {
    const fin = index === message.length - 1;
    socket.send(part, { binary: true, fin }, fin ? () => sent() : undefined);
  });
  stream.uncork();
}

type OpenSocket = {
  readonly connection: Connection;
  readonly principal: Principal;
  readonly onTooSlow: (message: string) => void;
};

export function createSockets(options: SocketOptions) {
  const { auth, audit, maxSockets, beatMs, queueLimits, now, log } = options;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: 16 * 1024,
    maxFragments: 16,
    maxBufferedChunks: 64,
    perMessageDeflate: false,
    // Missing in the library's types; its default is thirty seconds.
    ...{ closeTimeout: 5000 },
    handleProtocols: (offered) => (offered.has(subProtocol) ? subProtocol : false),
  });
  const requestIds = createRequestIds();
  const open = new Map<WebSocket, OpenSocket>();
  const heartbeat = createHeartbeat(server.clients, beatMs);

  server.on('wsClientError', ({ message: outcome }, socket, request) => {
    const principal = anonymous(auth.peerOf(request));
    audit.write({ principal, action: 'refused-upgrade', target: pathOf(request.url), outcome });
    endWith(socket, '400 Bad Request');
  });

  const accept = (socket: WebSocket, principal: Principal, stream: Duplex) => {
    const isOpen = () => socket.readyState === WebSocket.OPEN;
    let isAudited = false;
    /** One line for each socket. */
    const auditOnce = (outcome: string, action: AuditAction = 'refused-message') => {
      if (!isAudited) audit.write({ principal, action, target: '/ws', outcome });
      isAudited = true;
    };
    const rejectMessage = (message: string) => {
      auditOnce(message);
      socket.close(closeCodes.badMessage, message.slice(0, 120));
    };
    // While the page does not read its answers, or the store is asked, the socket is paused and messages wait here.
    const waiting: Up[] = [];
    let isWorking = false;
    const goOn = () => {
      while (!isWorking && !writer.isBehind()) {
        const next = isOpen() ? waiting.shift() : undefined;
        if (next === undefined) return void (socket.isPaused && socket.resume());
        onMessage(next);
      }
    };
    const writer = createConnectionWriter(
      { isOpen, send: (message, sent) => sendParts(socket, stream, message, sent) },
      goOn,
    );
    const connection = createConnection(options, { principal, requestIds, writer, rejectMessage });
    const onMessage = (message: Up) => {
      // Our own fault in one message ends neither the server nor other pages.
      const failed = (error: unknown) => {
        log(error);
        if ('key' in message) writer.send({ type: 'refused', key: message.key, message: internalError });
        else socket.close(closeCodes.askAgain, 'this server failed at a message');
      };
      try {
        const done = connection.onMessage(message);
        if (done === undefined) return;
        isWorking = true;
        void done.catch(failed).finally(() => {
          isWorking = false;
          goOn();
        });
      } catch (error) {
        failed(error);
      }
    };
    const close = () => {
      connection.close();
      writer.close();
    };
    // Later: terminating at once would reset the connection, and the close reason would be lost.
    const closeAndTerminate = () => {
      close();
      setTimeout(() => socket.terminate(), terminateAfterMs).unref();
    };
    const onRevoked = () => {
      closeAndTerminate();
      if (principal.canReauthenticate())
        socket.close(closeCodes.askAgain, 'the proxy is asked again who you are');
      else socket.close(closeCodes.notAllowed, 'you may not read here any more: sign in again');
    };
    const onTooSlow = (outcome: string) => {
      audit.write({ principal, action: 'refused-limit', target: '/ws', outcome });
      socket.close(closeCodes.tooSlow, outcome);
      closeAndTerminate();
    };
    const onChecked = connection.onRightsChecked;
    const unwatch = auth.revocationWatch.watch({ principal, target: '/ws', onRevoked, onChecked });
    open.set(socket, { connection, principal, onTooSlow });
    heartbeat.add(socket);
    const messages = createTokenBuckets(messageLimit.burst, messageLimit.perSecond, now);
    socket.on('message', (data, isBinary) => {
      if (!isOpen()) return;
      if (!messages.take('', 1)) {
        auditOnce('too many messages');
        return socket.close(closeCodes.tooMany, 'too many messages: wait a while before you connect again');
      }
      const message = isBinary ? undefined : readUp(data.toString());
      if (message === undefined) return rejectMessage('expected a message of the protocol');
      if (!isWorking && !writer.isBehind()) return onMessage(message);
      waiting.push(message);
      socket.pause();
    });
    // A malformed or too long frame. `ws` has sent the close frame.
    socket.on('error', (error) => {
      auditOnce(error.message);
      closeAndTerminate();
    });
    socket.on('close', () => {
      unwatch();
      open.delete(socket);
      close();
    });
  };

  const tooSlowNow = createQueueWatch<WebSocket>(queueLimits);
  const queueTimer = setInterval(() => {
    const queues = [...open]
      .filter(([{ readyState }]) => readyState === WebSocket.OPEN)
      .map(([socket, { principal }]) => ({ socket, person: principal.id, bytes: socket.bufferedAmount }));
    for (const { socket, message } of tooSlowNow(queues, now())) open.get(socket)?.onTooSlow(message);
  }, queueCheckMs).unref();
  const throttle = createThrottle(newsMs, byTimer);

  return {
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer) {
      socket.on('error', () => socket.destroy());
      const authorize = () => {
        const result = auth.authorizeUpgrade(request, server.clients.size, maxSockets);
        if (!result.ok) return endWith(socket, result.status);
        socket.once('close', result.release);
        server.handleUpgrade(request, socket, head, (accepted) => accept(accepted, result.principal, socket));
      };
      const loading = auth.load(request);
      if (loading === undefined) return authorize();
      loading.then(authorize, () => endWith(socket, '503 Service Unavailable'));
    },
    /** A fleet, or the condition of its lab, has changed. */
    onFleetChanged: () =>
      throttle('fleet', () => {
        for (const { connection } of open.values()) connection.onFleetChanged();
      }),
    counts: () => ({
      open: server.clients.size,
      followed: [...open.values()].reduce((sum, { connection }) => sum + connection.followed(), 0),
      /** Of the slowest page. */
      queuedBytes: Math.max(0, ...[...open.keys()].map(({ bufferedAmount }) => bufferedAmount)),
    }),
    close() {
      heartbeat.close();
      clearInterval(queueTimer);
      for (const socket of server.clients) socket.close(closeCodes.shuttingDown, 'the server is stopping');
      server.close();
    },
  };
}
