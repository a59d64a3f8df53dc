/** The only way into the lab's machines: Unix sockets, each connected to one machine's sshd. */
import { createConnection, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const connectionLimit = 400;
const pollMs = 15;
/** How long a client may take to close its side when it is cut, and ssh to end its sessions after that. */
const closeLimitMs = 1000;
const noticeMs = 150;

export type SshSocket = Awaited<ReturnType<typeof openSshSocket>>;

/** Connects `path` to `address`:22. While `open()` is false, connections are closed at once. */
export async function openSshSocket(path: string, address: string, open: () => boolean) {
  const joined = new Map<Socket, Socket>();
  let held: Promise<void> = Promise.resolve();
  const server = createServer({ allowHalfOpen: true }, async (near) => {
    near.on('error', () => near.destroy());
    await held;
    if (near.destroyed) return;
    if (!open()) return void near.destroy();
    const far = createConnection({ host: address, port: 22, allowHalfOpen: true, noDelay: true });
    joined.set(near, far);
    near.once('close', () => joined.delete(near));
    joinSockets(near, far);
  });
  server.maxConnections = connectionLimit;
  server.listen(path);
  await once(server, 'listening');
  chmodSync(path, 0o600);
  return {
    /** Ends open connections, and lets new ones wait until the returned function is called. Resolves when the clients have noticed, so that no old session is used. */
    async hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      const parted = [...joined].map(([near, far]) => disconnect(near, far));
      await Promise.all(parted);
      if (parted.length > 0) await pause(noticeMs);
      return resolve;
    },
  };
}

function joinSockets(near: Socket, far: Socket): void {
  near.pipe(far);
  far.pipe(near);
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroySoon());
  }
}

/** Resolves when the client has closed its side as well. */
async function disconnect(near: Socket, far: Socket): Promise<void> {
  far.removeAllListeners('close').unpipe(near).destroy();
  const closed = once(near, 'end').catch(() => {});
  near.unpipe(far).resume().end();
  await Promise.race([closed, pause(closeLimitMs, undefined, { ref: false })]);
  near.destroy();
}

/** Resolves when something accepts connections at `address`:`port`. Rejects when `limitMs` have passed, or `over` has resolved. */
export async function waitForPort(
  address: string,
  port: number,
  limitMs: number,
  over: Promise<string>,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  let why: string | undefined;
  over.then(
    (said) => {
      why = said || 'nothing was said';
    },
    () => {},
  );
  while (!(await accepts(address, port))) {
    if (why !== undefined)
      throw new Error(`expected an answer at ${address}:${port}, but the machine ended: ${why}`);
    if (performance.now() > deadline)
      throw new Error(`expected an answer at ${address}:${port} within ${limitMs} ms, found none`);
    await pause(pollMs);
  }
}

const accepts = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: 1000 });
    const done = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket
      .once('connect', () => done(true))
      .once('error', () => done(false))
      .once('timeout', () => done(false));
  });
