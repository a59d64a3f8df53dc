/** A whole server for tests, on a free port, with this very machine as its fleet. Its pages are left to `testing-page.ts`. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check } from '../../src/core/check/check.ts';
import type { Entry } from '../../src/core/run/entry.ts';
import { type Audit, noAudit } from '../audit/audit.ts';
import { type AuthChoice, authByDefault } from '../identity/authMode.ts';
import { answerBroken, httpLimits } from '../auth/connectionLimit.ts';
import { openAuthentication } from '../auth/entrance.ts';
import { noteDamage } from '../auth/grants.ts';
import { defaultRetention } from '../config/config.ts';
import type { LoadedWriteup } from '../content/load.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Transport } from '../agent/contract.ts';
import { localTransport } from '../agent/local.ts';
import { createConditions } from '../target/conditions.ts';
import { createRunRegistry } from '../runs/runRegistry.ts';
import { createSetMaker } from '../runs/sets.ts';
import { createSlots } from '../runs/slots.ts';
import { openStore, type RunStore } from '../store/store.ts';
import { createApp, healthOf } from '../app.ts';
import { createGuard } from '../auth/originGuard.ts';
import { beatMs } from './heartbeat.ts';
import { type QueueLimits, queueLimits } from './queueLimits.ts';
import { byTimer } from './throttle.ts';
import { createPresence } from './presence.ts';
import { createReaderNames } from './readerNames.ts';
import { createRecords } from '../records/recordRoutes.ts';
import { createSockets, type SocketCounts } from './socket.ts';
import { connect, type TestPage } from './testing-connection.ts';
import type { Timer } from '../records/turns.ts';

export type { TestPage } from './testing-connection.ts';

export type TestServer = {
  readonly store: RunStore;
  readonly port: number;
  readonly directory: string;
  counts(): SocketCounts;
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

/** How people are known here, and where it is written down. `later` is the clock of sessions. */
export type TestAccess = {
  readonly auth: AuthChoice;
  readonly audit: Audit;
  readonly later: () => number;
  readonly beatMs: number;
  readonly queueLimits: QueueLimits;
};
const nobodySignsIn: TestAccess = {
  auth: authByDefault,
  audit: noAudit,
  later: () => performance.now(),
  beatMs,
  queueLimits,
};

/** Serves the given checks as the writeup `w`; every step runs under a local shell, or wherever `reach` leads. */
export async function testServer(
  checks: readonly Check[],
  directory = mkdtempSync(join(tmpdir(), 'vantage-web-')),
  real = false,
  { auth, audit, later, beatMs, queueLimits }: TestAccess = nobodySignsIn,
  reach: Transport = localTransport(),
): Promise<TestServer> {
  const now = () => performance.now();
  const date = () => new Date();
  const errors: unknown[] = [];
  const log = (error: unknown) => void errors.push(error);
  const store = openStore(directory);
  const damaged = noteDamage(audit);
  const guarded = { ...audit, fault: () => audit.fault() ?? store.fault() };
  for (const { run, check, damage } of store.recover(date))
    if (damage !== undefined) damaged(run, check, damage);
  const hub = createRunRegistry({ store, slots: createSlots(6), commit: 'abc1234', now, date, log });
  const machine = { name: 'here', role: 'backend', address: '127.0.0.1', port: 22, user: 'me', keyFile: '' };
  const fleet: Fleet = { name: 'test', source: 'lab', machines: [machine], knownHosts: '' };
  const loaded = new Map(checks.map((check) => [check.id, { check, hash: `hash-${check.id}`, file: '' }]));
  const writeup: LoadedWriteup = {
    id: 'w',
    file: '',
    checks: loaded,
    writeup: { title: '', description: '', order: 1, roles: [] },
  };
  const writeups = new Map([['w', writeup]]);
  const http = createServer(httpLimits);
  answerBroken(http, audit);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const guard = createGuard(port, []);
  const fleetView = () => ({
    state: 'ready' as const,
    name: 'test',
    source: fleet.source,
    condition: '',
    roles: [],
  });
  const open = {
    ...{ fleet, reach, condition: () => Promise.resolve(condition.now) },
    credentials: { kind: 'documented' } as const,
  };
  const condition = { now: 'as-documented' };
  const lab = {
    condition: 'as-documented',
    setCondition: (cause: string, remedy?: string) => {
      condition.now = remedy === undefined ? cause : `${cause}+${remedy}`;
      return Promise.resolve();
    },
  };
  const readers = createReaderNames();
  const conditions = createConditions({
    ...{ lab: () => (real ? undefined : lab), conditions: testConditions, nameOf: readers.nameOf, now, date },
    changed: () => {},
    alone: (work) => work(),
  });
  const { door, permits, revocationWatch, close } = openAuthentication({
    ...{
      choice: auth,
      guard,
      audit: guarded,
      environment: process.env,
      print() {},
      now: later,
      log,
      writeups,
      active: () => hub.active(),
    },
    byProxySocket: () => false,
  });
  hub.listen({ summary: (_, summary) => permits.ended(summary), grown: () => {} });
  const sockets = createSockets({
    ...{ door, permits, revocationWatch, beatMs, queueLimits },
    conditions: () => conditions,
    readers,
    audience: createPresence(readers, byTimer),
    sets: createSetMaker({ store, limits: defaultRetention, id: hub.id, date, log }),
    notices: () => [],
    boot: 'boot',
    hub,
    store,
    writeups,
    fleetView,
    fleet: () => open,
    now,
    log,
    maxSockets: 200,
  });
  const site = join(directory, 'site');
  await import('node:fs/promises').then(({ mkdir }) => mkdir(site, { recursive: true }));
  writeFileSync(join(site, 'index.html'), '<!doctype html><title>site</title>');
  writeFileSync(join(site, '404.html'), '<!doctype html><title>not found</title>');
  const records = createRecords({
    ...{ store, writeups, site, data: directory, guard, date, log, damaged },
    ...{ conditions: ['as-documented', 'healthy'], active: () => hub.active() },
    ...{ limits: defaultRetention, audit: guarded, later: laterByTimer },
  });
  http.on(
    'request',
    createApp({ site, door, health: () => healthOf('none', store.fault()), records, failed: log }),
  );
  http.on('upgrade', sockets.upgrade);
  return {
    ...{ port, directory, store, counts: sockets.counts },
    connect: (headers = {}, heard) => connect(port, headers, heard),
    async close() {
      await hub.close(5000);
      sockets.close();
      close();
      http.close();
      http.closeAllConnections();
      await reach.close();
      store.close();
      if (errors.length > 0) throw new AggregateError(errors, 'the server logged errors');
    },
  };
}

/** Calls back when it is time; returns the way to call it off. */
export const laterByTimer: Timer = (ms, then) => {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
};

export function remove(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}
