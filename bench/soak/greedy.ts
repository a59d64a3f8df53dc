/** Pages that read nothing and ask all the same, of one person and of many: what the server keeps for them, and that one who reads stays. A server of its own, with tokens and without machines. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { bearer, type Person, person, tokenFile } from '../../server/auth/testing.ts';
import { openStore } from '../../server/store/store.ts';
import { headerOf, summaryOf } from '../../server/store/testing.ts';
import { frameOf, type RawSocket, rawSocket } from '../../server/socket/rawSocket.testing.ts';
import type { Entry } from '../../src/core/run/entry.ts';
import { encodeEntry } from '../../src/core/protocol/codec.ts';
import { subProtocol } from '../../src/core/protocol/version.ts';
import { SERVER_FLAGS } from '../../tools/setup/node.mjs';
import { root } from '../setup.ts';
import type { Figure } from './figures.ts';
import { peakMib, residentMib, type Stage } from './stage.ts';

const attackMs = 20_000;
/** As often as a page may over time. */
const askMs = 100;
const writeup = 'wsl2-mirrored-networking';
const unknown = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
/** More than the server remembers the beginnings of: each viewer has a batch of its own. */
const manyRuns = 64;
const entryBytes = 60_000;
const entries = 50;

export async function greedy({ directory }: Pick<Stage, 'directory'>): Promise<readonly Figure[]> {
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
  const runs = await writeRuns(join(place, 'data'), manyRuns);
  const honest = person('who-reads', 'view');
  writeFileSync(join(place, 'index.html'), '<!doctype html><title>soak</title>');
  const file = join(place, 'auth.yaml');
  writeFileSync(file, tokenFile([...people, honest]), { mode: 0o600 });
  const server = await serve(place, file);
  try {
    const reader = await openHonest(server.port, honest);
    const before = residentMib(server.pid);
    const open: (readonly [Person, RawSocket])[] = [];
    while (open.length < sockets)
      open.push(
        ...(await Promise.all(
          Array.from({ length: Math.min(50, sockets - open.length) }, async (_, n) => {
            const who = people[(open.length + n) % people.length] ?? honest;
            return [who, await openStalled(server.port, who)] as const;
          }),
        )),
      );
    const until = performance.now() + attackMs;
    let asked = 0;
    const peak = await peakMib({ pid: () => server.pid }, async () => {
      const said = await Promise.all(
        open.map(([who, socket]) => attack(server.port, who, socket, runs, until)),
      );
      asked = said.reduce((sum, one) => sum + one, 0);
    });
    await reader.close();
    const who = `${sockets} pages of ${people.length === 1 ? 'one person' : `${people.length} people`} ask and read nothing`;
    return [
      { what: `${who}: growth of memory`, unit: 'MiB', measured: peak - before, must: { atMost: atMostMib } },
      // Otherwise nothing was measured.
      { what: '… messages sent', unit: '', measured: asked, must: { atLeast: sockets * 10 } },
    ];
  } finally {
    await server.stop();
  }
}

async function openStalled(port: number, who: Person): Promise<RawSocket> {
  const socket = await rawSocket(port, [`Authorization: ${bearer(who).authorization}`]);
  socket.stall();
  return socket;
}

const any = <Of>(list: readonly Of[]): Of | undefined => list[Math.floor(Math.random() * list.length)];

/** Asks for any run, with pongs that nobody asked for; comes back when it is put out. How often it asked. */
async function attack(
  port: number,
  who: Person,
  first: RawSocket,
  runs: readonly string[],
  until: number,
): Promise<number> {
  let asked = 0;
  let socket: RawSocket | undefined = first;
  while (performance.now() < until) {
    if (socket !== undefined) asked += await nag(socket, runs, until);
    await pause(askMs);
    // It is not let in while as many of the person are there as may.
    socket = await openStalled(port, who).catch(() => undefined);
  }
  socket?.drop();
  return asked;
}

async function nag(socket: RawSocket, runs: readonly string[], until: number): Promise<number> {
  let asked = 0;
  let gone = false;
  void socket.ended.then(() => {
    gone = true;
  });
  const send = (message: object) => socket.send(frameOf({ first: 0x81 }, JSON.stringify(message)));
  send({ type: 'watch', writeup });
  while (!gone && performance.now() < until) {
    const follow = { type: 'follow', run: any(runs), from: 0 };
    send(
      any([follow, follow, { type: 'follow', run: unknown, from: 0 }, { type: 'watch', writeup }]) ?? follow,
    );
    socket.send(frameOf({ first: 0x8a }, ''));
    asked += 1;
    await pause(askMs);
  }
  socket.drop();
  return asked;
}

/** A page that reads. `close` throws when it is not there any more, or is not answered. */
async function openHonest(port: number, who: Person): Promise<{ close(): Promise<void> }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, subProtocol, {
    ...{ origin: `http://127.0.0.1:${port}`, headers: bearer(who) },
  });
  await once(socket, 'open');
  return {
    async close() {
      const answered = once(socket, 'pong', { signal: AbortSignal.timeout(30_000) });
      if (socket.readyState !== WebSocket.OPEN)
        throw new Error('One who reads should stay connected, and is put out.');
      socket.ping();
      await answered;
      socket.terminate();
    },
  };
}

/** Runs of some megabytes that have ended: more than the system's own buffers hold for a socket. */
async function writeRuns(data: string, count: number): Promise<readonly string[]> {
  const store = openStore(data);
  const runs: string[] = [];
  for (let day = 0; day < count; day += 1) {
    const header = headerOf({ day, header: { writeup, check: 'ss-listen' } });
    const summary = summaryOf(header, { day });
    const log = store.create(header);
    const output: Entry['body'] = {
      ...{ kind: 'output', step: 's', stream: 'stdout', bytes: Buffer.alloc(entryBytes, 'x') },
    };
    const bodies: readonly Entry['body'][] = [header, ...Array<Entry['body']>(entries).fill(output)];
    for (const [seq, body] of bodies.entries()) log.append(encodeEntry({ seq, at: seq, body }));
    await log.seal(summary);
    runs.push(header.run);
  }
  store.close();
  return runs;
}

type Served = { readonly port: number; readonly pid: number; stop(): Promise<void> };

async function serve(place: string, file: string): Promise<Served> {
  const child: ChildProcess = fork(
    join(root, 'server/main.ts'),
    [
      ...['--no-lab', '--port', '0', '--data', join(place, 'data'), '--site', place],
      ...['--auth', 'token', '--auth-file', file],
    ],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], execArgv: [...SERVER_FLAGS] },
  );
  const exited = once(child, 'exit');
  const ended = exited.then(() => {
    throw new Error('The server with tokens ended before it was ready.');
  });
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  while (!/http:\S+:\d+/.test(said)) await Promise.race([once(child.stdout ?? child, 'data'), ended]);
  ended.catch(() => {});
  return {
    port: Number(/http:\S+:(\d+)/.exec(said)?.[1]),
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
