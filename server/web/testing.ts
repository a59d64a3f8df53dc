/** A whole server for tests, on a free port, with this very machine as its fleet; and a client that folds what it hears. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { Check } from '../../src/core/check.ts';
import type { Entry } from '../../src/core/entry.ts';
import { decodeMessage } from '../../src/core/protocol/codec.ts';
import { type Down, downSchema } from '../../src/core/protocol/down.ts';
import type { Up } from '../../src/core/protocol/up.ts';
import { subProtocol } from '../../src/core/protocol/version.ts';
import { fold, type RunView } from '../../src/core/run.ts';
import type { LoadedWriteup } from '../content/load.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { localReach } from '../reach/local.ts';
import { createConditions } from '../fleet/conditions.ts';
import { createHub } from '../run/hub.ts';
import { createSetMaker } from '../run/sets.ts';
import { createSlots } from '../run/slots.ts';
import { openStore } from '../store/store.ts';
import { createApp } from './app.ts';
import { createGuard } from './guard.ts';
import { createAudience } from './audience.ts';
import { createReaders } from './readers.ts';
import { createRecords } from './records.ts';
import { createSockets } from './socket.ts';

export type TestServer = {
  readonly port: number;
  readonly directory: string;
  /** `heard` gets the entries instead of the page keeping them, for more than fit in memory many times over. */
  connect(headers?: Record<string, string>, heard?: (entries: readonly Entry[]) => void): Promise<TestPage>;
  close(): Promise<void>;
};

const view = (name: string, kind: 'cause' | 'remedy', meant: string[] = []) => ({
  name,
  kind,
  title: name,
  about: '',
  mechanism: '',
  closeness: '',
  sources: [],
  for: meant,
  commands: [],
});
const testConditions = [
  view('as-documented', 'cause'),
  view('healthy', 'cause'),
  view('fix-it', 'remedy', ['as-documented']),
];

/** Serves the given checks as the writeup `w`; every step runs under a local shell. */
export async function testServer(
  checks: readonly Check[],
  directory = mkdtempSync(join(tmpdir(), 'vantage-web-')),
  real = false,
): Promise<TestServer> {
  const now = () => performance.now();
  const date = () => new Date();
  const errors: unknown[] = [];
  const log = (error: unknown) => void errors.push(error);
  const store = openStore(directory);
  store.recover(date);
  const hub = createHub({ store, slots: createSlots(6), commit: 'abc1234', now, date, log });
  const reach = localReach();
  const machine = { name: 'here', role: 'backend', address: '127.0.0.1', port: 22, user: 'me', keyFile: '' };
  const fleet: Fleet = { name: 'test', provenance: 'lab', machines: [machine], knownHosts: '' };
  const loaded = new Map(checks.map((check) => [check.id, { check, hash: `hash-${check.id}`, file: '' }]));
  const writeup: LoadedWriteup = {
    id: 'w',
    file: '',
    checks: loaded,
    writeup: { title: '', description: '', order: 1, vantages: [] },
  };
  const writeups = new Map([['w', writeup]]);
  const http = createServer();
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const guard = createGuard(port, []);
  const fleetView = () => ({
    state: 'ready' as const,
    name: 'test',
    provenance: fleet.provenance,
    condition: '',
    vantages: [],
  });
  const open = { fleet, reach, condition: () => Promise.resolve(condition.now) };
  const condition = { now: 'as-documented' };
  const lab = {
    condition: 'as-documented',
    setCondition: (cause: string, remedy?: string) => {
      condition.now = remedy === undefined ? cause : `${cause}+${remedy}`;
      return Promise.resolve();
    },
  };
  const readers = createReaders();
  const conditions = createConditions({
    ...{ lab: () => (real ? undefined : lab), conditions: testConditions, nameOf: readers.nameOf, now, date },
    changed: () => {},
    alone: (work) => work(),
  });
  const sockets = createSockets({
    conditions,
    readers,
    audience: createAudience(readers),
    sets: createSetMaker({ store, id: hub.id, date, log }),
    notices: () => [],
    boot: 'boot',
    hub,
    store,
    writeups,
    fleetView,
    fleet: () => open,
    now,
    log,
    guard,
    maxSockets: 200,
  });
  const site = join(directory, 'site');
  await import('node:fs/promises').then(({ mkdir }) => mkdir(site, { recursive: true }));
  writeFileSync(join(site, 'index.html'), '<!doctype html><title>site</title>');
  writeFileSync(join(site, '404.html'), '<!doctype html><title>not found</title>');
  const records = createRecords({
    ...{ store, writeups, site, guard, date, log },
    ...{ conditions: ['as-documented', 'healthy'], active: hub.active },
  });
  http.on('request', createApp({ site, guard, health: () => ({ ok: true }), routes: [records] }));
  http.on('upgrade', sockets.upgrade);
  return {
    port,
    directory,
    connect: (headers = {}, heard) => connect(port, headers, heard),
    async close() {
      await hub.close(5000);
      sockets.close();
      http.close();
      http.closeAllConnections();
      await reach.close();
      store.close();
      if (errors.length > 0) throw new AggregateError(errors, 'the server logged errors');
    },
  };
}

export function remove(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

export type TestPage = {
  readonly heard: readonly Down[];
  readonly entries: ReadonlyMap<string, readonly Entry[]>;
  last(run: string): Entry | undefined;
  say(message: Up | object | string): void;
  /** The first message, past or coming, that fits. */
  next<Type extends Down['type']>(
    type: Type,
    fits?: (message: Extract<Down, { type: Type }>) => boolean,
  ): Promise<Extract<Down, { type: Type }>>;
  /** The folded run once it has ended. */
  ended(run: string): Promise<RunView>;
  /** Close code, once the server ended the connection. */
  readonly closed: Promise<number>;
  /** Resolves when the condition holds; looked at after every message. */
  until(holds: () => boolean): Promise<void>;
  close(): void;
  /** Cuts the connection without a word, as a network does. */
  drop(): void;
};

async function connect(
  port: number,
  headers: Record<string, string>,
  hear?: (entries: readonly Entry[]) => void,
): Promise<TestPage> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, subProtocol, {
    headers: { origin: `http://127.0.0.1:${port}`, ...headers },
  });
  socket.binaryType = 'nodebuffer';
  const heard: Down[] = [];
  const entries = new Map<string, Entry[]>();
  const last = new Map<string, Entry>();
  const looks = new Set<() => void>();
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) {
      const message = decodeMessage(Uint8Array.from(data));
      const newest = message.entries.at(-1);
      if (newest) last.set(message.run, newest);
      if (hear) hear(message.entries);
      else {
        const kept = entries.get(message.run) ?? [];
        kept.push(...message.entries);
        entries.set(message.run, kept);
      }
    } else heard.push(downSchema.parse(JSON.parse(data.toString())));
    for (const look of [...looks]) look();
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (!holds()) return;
        looks.delete(look);
        resolve();
      };
      looks.add(look);
      void closed.then((code) => reject(new Error(`closed with ${code}`)));
      look();
    });
  const view = (run: string) => entries.get(run)?.reduce<RunView | undefined>(fold, undefined);
  return {
    heard,
    entries,
    closed,
    until,
    say: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async next<Type extends Down['type']>(
      type: Type,
      fits: (message: Extract<Down, { type: Type }>) => boolean = () => true,
    ) {
      const find = () =>
        heard.find(
          (message): message is Extract<Down, { type: Type }> =>
            message.type === type && fits(message as Extract<Down, { type: Type }>),
        );
      await until(() => find() !== undefined);
      const found = find();
      if (!found) throw new Error('unreachable');
      return found;
    },
    async ended(run) {
      await until(() => entries.get(run)?.at(-1)?.body.kind === 'closed');
      const folded = view(run);
      if (!folded) throw new Error('unreachable');
      return folded;
    },
    last: (run) => last.get(run),
    close: () => socket.close(),
    drop: () => socket.terminate(),
  };
}
