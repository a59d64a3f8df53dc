/** Puts the parts of the server together and takes them apart again. Arguments and signals are left to `main.ts`. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { checkAuthFile } from './auth/auth.ts';
import { auditDefaults, openAudit } from './audit/audit.ts';
import { systemPrincipal } from './identity/principal.ts';
import { warningOf } from './identity/authMode.ts';
import { answerBroken, connectionLimits, httpLimits, limitConnections } from './auth/connectionLimit.ts';
import { openAuthentication } from './auth/entrance.ts';
import { noteDamage } from './auth/grants.ts';
import { refusedFiles } from './audit/refusedFiles.ts';
import type { Config } from './config/config.ts';
import { commitOf } from './content/commit.ts';
import { ContentError, faultLine, loadContent } from './content/load.ts';
import type { ActiveFleet } from './target/currentFleet.ts';
import {
  requiredCredentials,
  missingSentence,
  noCredentials,
  withoutCredentials,
} from './fleet/credentials.ts';
import { openCredentials } from './config/credentialsFile.ts';
import { openFleets } from './target/fleets.ts';
import { listenAt, listenAtSocket } from './settings/listen.ts';
import { countBytesOut, type Facts } from './telemetry/serverFacts.ts';
import { createRunRegistry } from './runs/runRegistry.ts';
import { createNotices } from './runs/notices.ts';
import { createSetMaker } from './runs/sets.ts';
import { createSlots } from './runs/slots.ts';
import { inFolder } from './files/dataFolder.ts';
import { scheduleRetention } from './store/retentionSchedule.ts';
import { lockFolder } from './files/folderLock.ts';
import { rebuiltSentence } from './store/rebuild.ts';
import { openStore } from './store/store.ts';
import { createPresence } from './socket/presence.ts';
import { createApp, healthOf } from './app.ts';
import { createGuard } from './auth/originGuard.ts';
import { beatMs } from './socket/heartbeat.ts';
import { queueLimits } from './socket/queueLimits.ts';
import { createReaderNames } from './socket/readerNames.ts';
import { createRecords } from './records/recordRoutes.ts';
import { createSockets, type Sockets } from './socket/socket.ts';
import { byTimer } from './socket/throttle.ts';

export type Running = {
  readonly address: string;
  readonly fleet: ActiveFleet;
  readonly facts: Facts;
  close(): Promise<void>;
};

/** sshd allows ten sessions on a connection; two of them are kept warm. */
const slotsPerMachine = 6;
const maxSockets = 2000;
/** Of two hundred that wait, each one that leaves moves all behind it, and everybody is told. */
const placesMs = 250;
const stopMs = 10_000;

/** Serves until `close`. Rejects when the port, the data folder or the content is at fault; the message is for the operator. */
export async function startServer(
  config: Config,
  content: string,
  log: (line: string) => void,
  failed = (error: unknown): void =>
    log(error instanceof Error ? (error.stack ?? error.message) : String(error)),
): Promise<Running> {
  checkAuthFile(config.auth);
  const inData = <T>(work: () => T): T => inFolder(config.data, work);
  const lock = await lockFolder(config.data);
  const store = inData(() => openStore(config.data));
  const now = () => performance.now();
  const date = () => new Date();
  const audit = inData(() => openAudit(config.data, { ...auditDefaults, date, log: failed }));
  const { writeups, credentials } = await readContent(content, config, log).catch((error: unknown) => {
    if (error instanceof ContentError)
      audit.write(refusedFiles('refused-content', content, error.faults.map(faultLine)));
    audit.close();
    store.close();
    lock.close();
    throw error;
  });
  const rebuilt = rebuiltSentence(store.rebuilt);
  if (rebuilt !== undefined) log(rebuilt);
  const recovered = inData(() => store.recover(date));
  const interrupted = recovered.filter(({ how }) => how === 'interrupted').length;
  if (interrupted > 0) log(`${interrupted} unfinished runs of an earlier server are marked as interrupted.`);
  const commit = await commitOf(content);
  const later = (ms: number, then: () => void) => {
    const timer = setTimeout(then, ms).unref();
    return () => clearTimeout(timer);
  };
  const keeper = scheduleRetention({ ...{ store, limits: config.keep, date, log }, later });
  const slots = createSlots(slotsPerMachine, (then) => void setTimeout(then, placesMs).unref());
  const hub = createRunRegistry({ store, slots, commit, now, date, log: failed });

  hub.listen({ summary: (_, { state }) => state === 'ended' && keeper.soon(), grown: () => {} });

  const damaged = noteDamage(audit);
  for (const { run, check, how, damage } of recovered) {
    const target = `${check} ${run}`.trim();
    audit.write({ principal: systemPrincipal, action: 'run-ended', target, outcome: how });
    if (damage !== undefined) damaged(run, check, damage);
  }
  const http = createServer(httpLimits);
  limitConnections(http, connectionLimits, audit);
  const port = await listenAt(http, config.host, config.port);
  const guard = createGuard(port, config.origins);
  // The proxy's own door. Who comes in there is told by the server that took the connection, never by an address that is not there.
  const behind = createServer(httpLimits);
  for (const one of [http, behind]) answerBroken(one, audit);
  const throughIt = new WeakSet<object>();
  behind.on('connection', (socket) => throughIt.add(socket));
  const bytesOut = countBytesOut([http, behind]);
  // What cannot be kept is not done either: neither a run nor a pin, nor a condition of the lab.
  const guarded = { ...audit, fault: () => audit.fault() ?? store.fault() };
  const authentication = openAuthentication({
    ...{ choice: config.auth, guard, audit: guarded, environment: process.env, print: log, now, log: failed },
    ...{ writeups, active: () => hub.active() },
    byProxySocket: ({ socket }: IncomingMessage) => throughIt.has(socket),
  });
  const { door, permits, revocationWatch } = authentication;
  hub.listen({ summary: (_, summary) => permits.ended(summary), grown: () => {} });
  const directory = await mkdtemp(join(tmpdir(), 'vantage-')).catch((error: NodeJS.ErrnoException) => {
    throw new Error(passingSentence(error.code));
  });
  let sockets: Sockets | undefined;
  const address = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
  const readers = createReaderNames();
  const audience = createPresence(readers, byTimer);
  const sets = createSetMaker({ store, limits: config.keep, id: hub.id, date, log: failed });
  const notices = createNotices({
    ...{ store, hub, writeups, date, log: failed },
    changed: (writeup, now) => audience.tell(writeup, { type: 'notices', notices: [...now] }),
  });
  const fleets = openFleets({
    ...{ choice: config.fleet, writeups: [...writeups.values()], directory, log, credentials, slots },
    refused: (files, faults) => audit.write(refusedFiles('refused-inventory', files.join(' '), faults)),
    changed: () => sockets?.fleetChanged(),
    ready: ({ name, roles }) =>
      log(`Ready: ${name}, ${roles.map((one) => one.name).join(', ')}. Open ${address}`),
    ...{ nameOf: readers.nameOf, now, date },
  });
  const fleet = fleets.first;
  sockets = createSockets({
    ...{ boot: randomUUID(), hub, store, writeups, readers },
    ...{ fleetView: fleets.view, fleet: fleets.open, conditions: fleets.conditions },
    ...{ audience, sets, notices: notices.of },
    ...{ now, log: failed, door, permits, revocationWatch, maxSockets, beatMs, queueLimits },
  });
  const records = createRecords({
    ...{ store, writeups, site: config.site, data: config.data, guard, date, log: failed, damaged },
    ...{ active: () => hub.active(), conditions: fleets.stateNames },
    ...{ limits: config.keep, audit: guarded, later },
  });
  const health = () => healthOf(fleet.view().state, store.fault());
  const app = createApp({ site: config.site, door, health, records, failed });
  for (const one of [http, behind]) one.on('request', app).on('upgrade', sockets.upgrade);
  if (authentication.socket !== undefined) await listenAtSocket(behind, authentication.socket);
  const { auth, host, origins } = config;
  const outcome = `auth ${auth.mode}, ${host}:${port} ${authentication.socket ?? ''} ${origins.join(' ')}`;
  audit.write({
    principal: systemPrincipal,
    action: 'start',
    target: config.fleet.kind,
    outcome: outcome.trim(),
  });
  const warning = warningOf(auth, origins);
  if (warning !== undefined) log(warning);

  const facts: Facts = {
    now() {
      const all = hub.active();
      const queued = all.filter(({ state }) => state === 'queued').length;
      return { queued, running: all.length - queued };
    },
    sockets: () => sockets?.counts() ?? { open: 0, followed: 0, queuedBytes: 0 },
    bytesOut,
    kept() {
      const [last] = store.history.list({}, 1);
      return { ...store.history.total(), lastAt: last && Date.parse(last.summary.endedAt) };
    },
    fleet: () => fleet.view().state,
    ended: (listener) =>
      void hub.listen({
        summary: (writeup, summary) => summary.state === 'ended' && listener(writeup, summary),
        grown: () => {},
      }),
  };

  return {
    address,
    fleet,
    facts,
    async close() {
      http.close();
      behind.close();
      await hub.close(stopMs);
      sockets?.close();
      http.closeAllConnections();
      behind.closeAllConnections();
      authentication.close();
      await fleets.close();
      await keeper.close();
      store.close();
      audit.close();
      lock.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const passingSentence = (code = 'no reason given'): string =>
  `The folder for passing files, ${tmpdir()}, cannot be written (${code}). Name another one in the environment: TMPDIR=DIRECTORY`;

/** What the site says, and what its checks log in with. Rejects with what an author or the operator has to mend. */
async function readContent(
  content: string,
  { fleet, credentials: file }: Config,
  log: (line: string) => void,
) {
  const loaded = await loadContent(content);
  const writeups = new Map(loaded.map((writeup) => [writeup.id, writeup]));
  // The lab has the documented ones.
  if (fleet.kind !== 'inventory') return { writeups, credentials: noCredentials };
  const wanted = requiredCredentials(loaded);
  const credentials = openCredentials(file, wanted, process.env);
  for (const one of withoutCredentials(wanted, credentials)) log(missingSentence(one));
  return { writeups, credentials };
}
