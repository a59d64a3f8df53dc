/** A whole server for tests, on a free port, with this machine as its fleet. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT_BASE } from '../../src/core/text/base.ts';
import { ourTheme } from '../files/builtTheme.ts';
import type { Check } from '../../src/core/check/check.ts';
import type { Entry } from '../../src/core/run/entry.ts';
import { type Audit, noAudit } from '../audit/audit.ts';
import { type AuthChoice, authByDefault } from '../identity/authMode.ts';
import { rejectMalformed, httpLimits } from '../auth/connectionLimit.ts';
import { openAuth } from '../auth/auth.ts';
import { auditDamage } from '../auth/grants.ts';
import { defaultRetention } from '../config/config.ts';
import type { IllustratedWriteup } from '../content/load.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Transport } from '../agent/contract.ts';
import { localTransport } from '../agent/local.ts';
import { createConditions } from '../target/conditions.ts';
import { createOverviews } from '../runs/overviews.ts';
import { createRunRegistry, type OpenFleet } from '../runs/runRegistry.ts';
import { startRecovery } from '../runs/recovery.ts';
import { createSetMaker } from '../runs/sets.ts';
import { createSlots } from '../runs/slots.ts';
import type { Store } from '../store/contract.ts';
import { openStore } from '../store/store.ts';
import { createApp, healthOf } from '../app.ts';
import { createOriginGuard } from '../auth/originGuard.ts';
import { connectionOf } from '../auth/proxy.ts';
import { beatMs } from './heartbeat.ts';
import { type QueueLimits, queueLimits } from './queueLimits.ts';
import { byTimer } from './throttle.ts';
import { createPresence } from './presence.ts';
import { createReaderNames } from './readerNames.ts';
import { createRecords } from '../records/recordRoutes.ts';
import { createSockets, type SocketCounts } from './socket.ts';
import { connect, type TestConnection } from './testing-connection.ts';
import type { Timer } from '../records/turns.ts';

export type { TestConnection } from './testing-connection.ts';

export type TestServer = {
  readonly store: Store;
  readonly port: number;
  readonly directory: string;
  counts(): SocketCounts;
  /** `heard` gets the entries instead of the page keeping them, for more than fit in memory many times over. */
  connect(
    headers?: Record<string, string>,
    heard?: (entries: readonly Entry[]) => void,
  ): Promise<TestConnection>;
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

/** How the server authenticates and audits. `later` is the clock of sessions and limits. */
export type TestAuth = {
  readonly choice: AuthChoice;
  readonly audit: Audit;
  readonly later: () => number;
  readonly beatMs: number;
  readonly queueLimits: QueueLimits;
  /** The path that the site lives below. */
  readonly path: string;
  readonly origins: readonly string[];
};
const nobodySignsIn: TestAuth = {
  ...{ choice: authByDefault, audit: noAudit, later: () => performance.now(), beatMs, queueLimits },
  ...{ path: ROOT_BASE, origins: [] },
};

/** Serves the checks as the writeup `w`; their steps run under a local shell, or wherever `transport` leads. */
export async function testServer(
  checks: readonly Check[],
  place?: string,
  isReal = false,
  { choice, audit: auditLog, later, beatMs, queueLimits, path, origins }: TestAuth = nobodySignsIn,
  transport: Transport = localTransport(),
  elsewhere?: Store,
): Promise<TestServer> {
  const directory = place ?? mkdtempSync(join(tmpdir(), 'vantage-web-'));
  const store = elsewhere ?? openStore(directory);
  const now = () => performance.now();
  const date = () => new Date();
  const errors: unknown[] = [];
  const log = (error: unknown) => void errors.push(error);
  const audit = { ...auditLog, fault: () => auditLog.fault() ?? store.fault() };
  const damaged = auditDamage(audit);
  const recovery = await startRecovery({ store, audit, date, damaged });
  const loaded = new Map(checks.map((check) => [check.id, { check, hash: `hash-${check.id}`, file: '' }]));
  const writeup: IllustratedWriteup = {
    ...{ id: 'w', file: '', checks: loaded, pictures: new Map(), pages: [] },
    writeup: { title: '', description: '', order: 1, roles: [] },
  };
  const writeups = new Map([['w', writeup]]);
  const shared = { store, audit, writeups, limits: defaultRetention, now, date, log };
  const registry = createRunRegistry({
    ...shared,
    look: recovery.look,
    slots: createSlots(6, undefined, store.shared?.slots),
    commit: 'abc1234',
  });
  await registry.look?.();
  const active = () => registry.active();
  const http = createServer(httpLimits);
  rejectMalformed(http, audit);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const guard = createOriginGuard(port, origins, path);
  const auth = openAuth({
    ...{ ...shared, choice, guard, active, now: later, environment: process.env, print() {} },
    ...{ date: () => new Date(performance.timeOrigin + later()), signIns: store.shared?.signIns },
    theme: () => ourTheme,
    byProxySocket: () => false,
    peerOf: connectionOf,
  });

  const machine = { name: 'here', role: 'backend', address: '127.0.0.1', port: 22, user: 'me', keyFile: '' };
  const fleet: Fleet = { name: 'test', source: isReal ? 'live' : 'lab', machines: [machine], knownHosts: '' };
  let condition = 'as-documented';
  const lab = {
    condition,
    setCondition: (cause: string, remedy?: string) => {
      condition = remedy === undefined ? cause : `${cause}+${remedy}`;
      return Promise.resolve();
    },
  };
  const readers = createReaderNames(store.shared?.readers.numberOf);
  const presence = createPresence(readers, byTimer, store);
  const conditions = createConditions({
    ...{ lab: () => (isReal ? undefined : lab), conditions: testConditions, nameOf: readers.nameOf },
    ...{ now, date, changed() {}, alone: (work) => work() },
  });
  const fleets = {
    conditions: () => conditions,
    view: () => ({ state: 'ready' as const, name: 'test', source: fleet.source, condition: '', roles: [] }),
    open: (): OpenFleet => ({
      ...{ fleet, transport, condition: () => Promise.resolve(condition) },
      credentials: { kind: 'documented' },
    }),
  };
  const sockets = createSockets({
    ...{ ...shared, boot: 'boot', auth, registry, fleets, readers, beatMs, queueLimits, maxSockets: 200 },
    presence,
    sets: createSetMaker({ ...shared, id: registry.newId }),
    notices: async () => [],
    overviewOf: createOverviews({
      ...{ ...shared, registry },
      changed: (id, overview) => presence.send(id, { type: 'overview', overview }),
    }),
  });
  const site = join(directory, 'site');
  mkdirSync(site, { recursive: true });
  writeFileSync(join(site, 'index.html'), '<!doctype html><title>site</title>');
  writeFileSync(join(site, '404.html'), '<!doctype html><title>not found</title>');
  const records = createRecords({
    ...{ ...shared, site, data: directory, guard, damaged, active, later: laterByTimer },
    conditions: ['as-documented', 'healthy'],
  });
  const health = () => healthOf('test', ['none'], store);
  http.on('request', createApp({ site, embed: [], auth, health, records, failed: log }));
  http.on('upgrade', sockets.upgrade);
  return {
    ...{ port, directory, store, counts: sockets.counts },
    connect: (headers = {}, heard) => connect(port, headers, heard),
    async close() {
      await registry.close(5000);
      await recovery.close();
      sockets.close();
      presence.close();
      auth.close();
      http.close();
      http.closeAllConnections();
      await transport.close();
      await store.close();
      // Without records of its own nobody comes back to it.
      if (place === undefined && elsewhere) remove(directory);
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
