/** Puts the parts of the server together, and closes them. */
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { baseFault } from '../src/core/text/base.ts';
import { checkAuthFile, openAuth } from './auth/auth.ts';
import { auditDefaults, openAudit } from './audit/audit.ts';
import { refusedFilesEvent } from './audit/auditLine.ts';
import { systemPrincipal } from './identity/principal.ts';
import { authWarning } from './identity/authMode.ts';
import { connectionLimits, httpLimits, limitConnections, rejectMalformed } from './auth/connectionLimit.ts';
import { auditDamage } from './auth/grants.ts';
import type { Config } from './config/config.ts';
import { commitOf } from './content/git.ts';
import { ContentError, faultLine, loadContent } from './content/load.ts';
import { builtTheme } from './files/builtTheme.ts';
import {
  requiredCredentials,
  missingSentence,
  noCredentials,
  withoutCredentials,
} from './fleet/credentials.ts';
import { readCredentials } from './config/credentialsFile.ts';
import { openFleets } from './target/fleets.ts';
import { listenAt, listenAtSocket } from './settings/listen.ts';
import { countBytesOut, type ServerFacts } from './telemetry/facts.ts';
import { createRunRegistry } from './runs/runRegistry.ts';
import { createNotices } from './runs/notices.ts';
import { createOverviews } from './runs/overviews.ts';
import { createSetMaker } from './runs/sets.ts';
import { createSlots } from './runs/slots.ts';
import { inFolder, laterInFolder } from './files/dataFolder.ts';
import { startRecovery } from './runs/recovery.ts';
import { scheduleRetention } from './store/retentionSchedule.ts';
import { lockFolder } from './files/folderLock.ts';
import { openRecords } from './store/open.ts';
import { createPresence } from './socket/presence.ts';
import { createApp, healthOf } from './app.ts';
import { peerBehind } from './auth/proxy.ts';
import { createOriginGuard } from './auth/originGuard.ts';
import { beatMs } from './socket/heartbeat.ts';
import { queueLimits } from './socket/queueLimits.ts';
import { createReaderNames } from './socket/readerNames.ts';
import { createRecords } from './records/recordRoutes.ts';
import { createSockets, type Sockets } from './socket/socket.ts';
import { byTimer } from './socket/throttle.ts';
import { stackOf } from './files/errors.ts';
import { createServer } from './files/nodeHttp.ts';

export type RunningServer = Awaited<ReturnType<typeof startServer>>;

/** sshd allows ten sessions on a connection; two of them are kept warm. */
const slotsPerMachine = 6;
const maxSockets = 2000;
/** Positions in the queue are sent at most this often: each run that leaves moves all behind it. */
const positionsMs = 250;
const stopMs = 10_000;
/** What its runs get to end by themselves when other servers are there for the readers. */
const finishMs = 60_000;
const ownLab =
  'The lab belongs to this server: other servers on this database see its runs and records, and run nothing in it.';

/** Serves until `close`. Rejects if the port, the data folder or the content is at fault, with a message for the operator. */
export async function startServer(
  config: Config,
  content: string,
  print: (line: string) => void,
  log = (error: unknown): void => print(stackOf(error)),
) {
  checkAuthFile(config.auth);
  const { name, data, site, host, origins, base, keep: limits } = config;
  const lock = await lockFolder(data);
  const store = await openRecords(config, print).catch((error: unknown) => {
    lock.close();
    throw error;
  });
  if (store.shared !== undefined && config.fleet.kind === 'lab') print(ownLab);
  const now = () => performance.now();
  const date = () => new Date();
  const later = (ms: number, then: () => void) => {
    const timer = setTimeout(then, ms).unref();
    return () => clearTimeout(timer);
  };
  const auditLog = inFolder(data, () => openAudit(data, { ...auditDefaults, server: name, date, log }));
  const { writeups, credentials } = await readContent(content, config, print).catch(
    async (error: unknown) => {
      if (error instanceof ContentError)
        auditLog.write(refusedFilesEvent('refused-content', content, error.faults.map(faultLine)));
      auditLog.close();
      await store.close();
      lock.close();
      throw error;
    },
  );
  // Runs, pins and conditions stop while the audit log or the store cannot be written.
  const audit = { ...auditLog, fault: () => auditLog.fault() ?? store.fault() };
  const damaged = auditDamage(audit);
  const recovery = await laterInFolder(data, () => startRecovery({ store, audit, date, damaged }));
  if (recovery.interrupted > 0)
    print(`${recovery.interrupted} unfinished runs of an earlier server are marked as interrupted.`);
  const shared = { store, audit, writeups, limits, now, date, log, later };

  const retention = scheduleRetention({ ...shared, log: print });
  const slots = createSlots(slotsPerMachine, (then) => void later(positionsMs, then), store.shared?.slots);
  const { look } = recovery;
  const registry = createRunRegistry({ ...shared, slots, look, commit: await commitOf(content) });
  registry.listen({ summary: (_, { state }, isOwn) => isOwn && state === 'ended' && retention.soon() });
  await registry.look?.();
  const active = () => registry.active();

  const http = createServer(httpLimits);
  limitConnections(http, connectionLimits, audit, config.trustedProxies);
  const port = await listenAt(http, host, config.port);
  // The proxy's Unix socket has a server of its own: this tells its connections apart, not an address.
  const proxied = createServer(httpLimits);
  const servers = [http, proxied];
  const proxySockets = new WeakSet<object>();
  proxied.on('connection', (socket) => proxySockets.add(socket));
  for (const server of servers) rejectMalformed(server, audit);
  const bytesOut = countBytesOut(servers);

  const guard = createOriginGuard(port, origins, base);
  const auth = openAuth({
    ...{
      ...shared,
      theme: () => builtTheme(site),
      guard,
      active,
      choice: config.auth,
      environment: process.env,
      signIns: store.shared?.signIns,
      print,
    },
    byProxySocket: ({ socket }) => proxySockets.has(socket),
    peerOf: peerBehind(config.trustedProxies),
  });
  const directory = await mkdtemp(join(tmpdir(), 'vantage-')).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `The temporary folder ${tmpdir()} cannot be written (${error.code ?? 'no reason given'}). Name another one in the environment: TMPDIR=DIRECTORY`,
    );
  });
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${port}${base.slice(0, -1)}`;
  let sockets: Sockets | undefined;
  const readers = createReaderNames(store.shared?.readers.numberOf);
  const presence = createPresence(readers, byTimer, store);
  const notices = createNotices({
    ...{ ...shared, registry },
    changed: (writeup, changed) => presence.send(writeup, { type: 'notices', notices: [...changed] }),
  });
  const overviewOf = createOverviews({
    ...{ ...shared, registry },
    changed: (writeup, overview) => presence.send(writeup, { type: 'overview', overview }),
  });
  const fleets = openFleets({
    ...{ ...shared, credentials, slots, directory, choice: config.fleet, log: print },
    writeups: [...writeups.values()],
    nameOf: readers.nameOf,
    refused: (files, faults) => audit.write(refusedFilesEvent('refused-inventory', files.join(' '), faults)),
    changed: () => sockets?.onFleetChanged(),
    ready: ({ name, roles }) =>
      print(`Ready: ${name}, ${roles.map((one) => one.name).join(', ')}. Open ${address}`),
  });
  sockets = createSockets({
    ...{ ...shared, boot: randomUUID(), registry, readers, fleets, presence, auth },
    ...{ overviewOf, notices: notices.of, sets: createSetMaker({ ...shared, id: registry.newId }) },
    ...{ maxSockets, beatMs, queueLimits },
  });
  const records = createRecords({
    ...{ ...shared, site, data, guard, damaged, active, conditions: fleets.stateNames },
  });
  const health = () => healthOf(name, [...fleets.states().values()], store);
  const app = createApp({ site, embed: config.embed, auth, health, records, failed: log });
  for (const server of servers) server.on('request', app).on('upgrade', sockets.upgrade);
  if (auth.socket !== undefined) await listenAtSocket(proxied, auth.socket);
  const outcome =
    `auth ${config.auth.mode}, ${host}:${port} ${auth.socket ?? ''} ${origins.join(' ')}`.trim();
  audit.write({ principal: systemPrincipal, action: 'start', target: config.fleet.kind, outcome });
  const warning = authWarning(config.auth, origins);
  if (warning !== undefined) print(warning);

  return {
    address,
    /** The first of its fleets. */
    fleet: fleets.first,
    facts: {
      ...{ active: registry.own, bytesOut, fleets: fleets.states, sockets: sockets.counts },
      storeFault: () => store.fault(),
      async kept() {
        const [[last], total] = await Promise.all([store.history.list({}, 1), store.history.total()]);
        return { ...total, lastAt: last && Date.parse(last.summary.endedAt) };
      },
      ended: (listener) =>
        void registry.listen({
          summary: (writeup, summary, isOwn) =>
            isOwn && summary.state === 'ended' && listener(writeup, summary),
        }),
    } satisfies ServerFacts,
    async close() {
      for (const server of servers) server.close();
      const living = (await store.shared?.news.servers().catch(() => undefined))?.size ?? 1;
      // With others its pages go on there at once, and see its runs come to their end.
      if (living > 1) sockets.close();
      await registry.close(stopMs, living > 1 ? finishMs : 0);
      sockets.close();
      for (const server of servers) server.closeAllConnections();
      presence.close();
      auth.close();
      await fleets.close();
      await Promise.all([retention.close(), recovery.close()]);
      await store.close();
      auditLog.close();
      lock.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The content, and the credentials that its checks need. Rejects with what the author or the operator has to correct. */
async function readContent(
  content: string,
  { fleet, credentials: file, base }: Config,
  print: (line: string) => void,
) {
  const loaded = await loadContent(content);
  const writeups = new Map(loaded.map((writeup) => [writeup.id, writeup]));
  const fault = baseFault(base, [...writeups.keys()]);
  if (fault !== undefined) throw new Error(`--base: ${fault}.`);
  // The lab has the documented ones.
  if (fleet.kind !== 'inventory') return { writeups, credentials: noCredentials };
  const required = requiredCredentials(loaded);
  const credentials = readCredentials(file, required, process.env);
  for (const one of withoutCredentials(required, credentials)) print(missingSentence(one));
  return { writeups, credentials };
}
