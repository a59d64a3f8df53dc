/** Pages that read nothing and ask all the same, of one person and of many: what the server keeps for them. A page that reads must stay connected. */
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { bearer, type Person, person, tokenFile } from '../../server/auth/testing.ts';
import { openStore } from '../../server/store/store.ts';
import { putLarge } from '../../server/store/testing.ts';
import { frameOf, type RawSocket, rawSocket } from '../../server/socket/rawSocket.testing.ts';
import { subProtocol } from '../../src/core/protocol/version.ts';
import { measuredWriteup as writeup, startPlainServer } from '../fixtures/server.ts';
import { manyTimes } from '../fixtures/reader.ts';
import { peakMib, residentMib } from '../fixtures/process.ts';
import { atLeast, atMost, type Figure } from './figures.ts';
import type { SoakSite } from './site.ts';

const attackMs = 20_000;
/** As often as a page may over time. */
const askMs = 100;
const unknown = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
/** More than the server remembers the beginnings of: each viewer has a batch of its own. */
const manyRuns = 64;
/** More than the system's own buffers hold for a socket. */
const runBytes = 3_000_000;

export async function greedy({ directory }: Pick<SoakSite, 'directory'>): Promise<readonly Figure[]> {
  return [
    ...(await attacked(join(directory, 'greedy-one'), [person('ada', 'view')], 200, 256)),
    ...(await attacked(
      join(directory, 'greedy-many'),
      Array.from({ length: 40 }, (_, n) => person(`person-${n}`, 'view')),
      // With the one who reads as many as come in.
      1999,
      384,
    )),
  ];
}

async function attacked(
  place: string,
  people: readonly Person[],
  sockets: number,
  atMostMib: number,
): Promise<readonly Figure[]> {
  mkdirSync(join(place, 'data'), { recursive: true });
  const store = openStore(join(place, 'data'));
  const runs: string[] = [];
  for (let day = 0; day < manyRuns; day += 1)
    runs.push(await putLarge(store, runBytes, { day, header: { writeup, check: 'ss-listen' } }));
  store.close();
  const honest = person('who-reads', 'view');
  writeFileSync(join(place, 'index.html'), '<!doctype html><title>soak</title>');
  const file = join(place, 'auth.yaml');
  writeFileSync(file, tokenFile([...people, honest]), { mode: 0o600 });
  const server = await startPlainServer(join(place, 'data'), place, ['--auth', 'token', '--auth-file', file]);
  const port = Number(new URL(server.address).port);
  try {
    const reader = await openHonest(port, honest);
    const before = residentMib(server.pid);
    const pages = await manyTimes(sockets, 50, async (nth): Promise<Page> => {
      const who = people[nth % people.length] ?? honest;
      return { port, who, socket: await openStalled(port, who) };
    });
    const until = performance.now() + attackMs;
    let sent = 0;
    const work = async () => {
      const counts = await Promise.all(pages.map((page) => attack(page, runs, until)));
      sent = counts.reduce((sum, count) => sum + count, 0);
    };
    const peak = await peakMib(() => server.pid, work);
    await reader.close();
    const who = `${sockets} pages of ${people.length === 1 ? 'one person' : `${people.length} people`} ask and read nothing`;
    return [
      atMost(`${who}: growth of memory`, peak - before, atMostMib, 'MiB'),
      // Otherwise nothing was measured.
      atLeast('… messages sent', sent, sockets * 10),
    ];
  } finally {
    await server.stop();
  }
}

type Page = { readonly port: number; readonly who: Person; readonly socket: RawSocket };

async function openStalled(port: number, who: Person): Promise<RawSocket> {
  const socket = await rawSocket(port, [`Authorization: ${bearer(who).authorization}`]);
  socket.stall();
  return socket;
}

const any = <Of>(list: readonly Of[]): Of | undefined => list[Math.floor(Math.random() * list.length)];

/** Asks for any run and sends pongs that nobody asked for; reconnects when it is closed. Resolves with the number of messages. */
async function attack(
  { port, who, socket: first }: Page,
  runs: readonly string[],
  until: number,
): Promise<number> {
  let sent = 0;
  let socket: RawSocket | undefined = first;
  while (performance.now() < until) {
    if (socket !== undefined) sent += await sendUntilClosed(socket, runs, until);
    await pause(askMs);
    // Refused while the person has as many connections as allowed.
    socket = await openStalled(port, who).catch(() => undefined);
  }
  socket?.drop();
  return sent;
}

async function sendUntilClosed(socket: RawSocket, runs: readonly string[], until: number): Promise<number> {
  let sent = 0;
  let isClosed = false;
  void socket.ended.then(() => {
    isClosed = true;
  });
  const send = (message: object) => socket.send(frameOf({ first: 0x81 }, JSON.stringify(message)));
  send({ type: 'watch', writeup });
  for (; !isClosed && performance.now() < until; sent += 1) {
    const follow = { type: 'follow', run: any(runs), from: 0 };
    const rare = any([
      { ...follow, run: unknown },
      { type: 'watch', writeup },
    ]);
    send((Math.random() < 0.5 ? rare : undefined) ?? follow);
    socket.send(frameOf({ first: 0x8a }, ''));
    await pause(askMs);
  }
  socket.drop();
  return sent;
}

/** A page that reads. `close` rejects when it is not connected any more, or gets no answer. */
async function openHonest(port: number, who: Person): Promise<{ close(): Promise<void> }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, subProtocol, {
    ...{ origin: `http://127.0.0.1:${port}`, headers: bearer(who) },
  });
  await once(socket, 'open');
  return {
    async close() {
      const answer = once(socket, 'pong', { signal: AbortSignal.timeout(30_000) });
      if (socket.readyState !== WebSocket.OPEN)
        throw new Error('The page that reads should stay connected, but the server closed it.');
      socket.ping();
      await answer;
      socket.terminate();
    },
  };
}
