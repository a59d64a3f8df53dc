/**
 * `npm run bench -- --servers`: three servers on one PostgreSQL beside one with files, on the same machines in the same run. Every click is
 * at the first of the three; most readers are at the two others.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inventoryOf } from '../server/lab/directory.ts';
import { startTestLab } from '../server/lab/testing-lab.ts';
import { copyRecords } from '../server/store/copy/copy.ts';
import { openPostgresStore } from '../server/store/postgres/store.ts';
import { startPostgres, type TestPostgres } from '../server/store/postgres/testing.ts';
import { openStore } from '../server/store/store.ts';
import { freePort } from '../server/files/testing-port.ts';
import { startBalancer, throughBalancer } from './balancer.ts';
import { delayRows, processorOf } from './crowd.ts';
import { askPages } from './history.ts';
import { closeReaders, openReader } from './fixtures/reader.ts';
import { fillStore } from './fixtures/records.ts';
import { site, startPlainServer, makeFolders } from './fixtures/server.ts';
import { openTally } from './fixtures/tally.ts';
import { pour } from './flood.ts';
import { click, inTurns, timeRows } from './latency.ts';
import { median, medianRow, type Row, spread } from './report.ts';

const records = 10_000;
const floodBytes = 50 * 1024 * 1024;

type Rounds = { readonly latency: number; readonly flood: number };

/** Rejects with a sentence when a server, the lab or PostgreSQL does not start, or a reader misses a byte. */
export async function besideOneServer(
  rounds: Rounds,
  print: (line: string) => void,
): Promise<readonly Row[]> {
  const { directory } = makeFolders('/tmp/vantage-servers-');
  const closing: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })];
  try {
    const postgres = await startPostgres();
    closing.push(() => postgres.close());
    print('Pages of records, with ten thousand of them.');
    const pages = await historyRows(directory, postgres, rounds.latency / 2);
    const lab = await startTestLab({ directory: join(directory, 'lab'), log: () => {} });
    closing.push(() => lab.stop());
    const front = await freePort();
    const balanced = `http://127.0.0.1:${front}`;
    const start = async (name: string, more: readonly string[] = []) => {
      const options = ['--inventory', inventoryOf(lab.directory), ...more];
      const server = await startPlainServer(join(directory, name), site, options, { project: directory });
      closing.push(() => server.stop());
      return server;
    };
    const store = [...storeOptions(postgres, await postgres.database()), '--origin', balanced];
    const { address: alone } = await start('alone');
    const servers = [await start('one', store), await start('two', store), await start('three', store)];
    const together = servers.map(({ address }) => address);
    print('From a click to the first byte and to the verdict.');
    const pids = servers.map(({ pid }) => pid);
    const cost = processorOf(pids);
    const clicks = [
      ...(await latencyRows(alone, together[0] ?? '', rounds.latency)),
      cost('Processor time of the three servers for a click', rounds.latency + 1),
    ];
    print('50 MiB to twenty readers.');
    const floods = await floodRow(alone, together, rounds.flood);
    print('Three hundred readers of one run.');
    const delay = await delayRows(together, pids);
    print('Two thousand pages and a thousand disconnects through nginx.');
    const ports = together.map((address) => Number(new URL(address).port));
    const proxy = await startBalancer(join(directory, 'nginx'), front, ports);
    closing.push(() => proxy.stop());
    return [...clicks, floods, ...delay, ...(await throughBalancer(balanced, pids)), ...pages];
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

const storeOptions = (postgres: TestPostgres, database: string): readonly string[] => [
  ...['--store', postgres.address(database), '--store-password-file', postgres.passwordFile],
];

async function latencyRows(alone: string, one: string, rounds: number): Promise<readonly Row[]> {
  const [files, shared] = [await openReader(alone, 'bench'), await openReader(one, 'bench')];
  const both = [files, shared].map((reader) => () => click(reader, 'echo'));
  const [theirs = [], ours = []] = await inTurns(both, rounds);
  const rows = timeRows('echo', { ours, theirs }, 'one server, files');
  await closeReaders([files, shared]);
  return rows;
}

/** One reader at the first server, nineteen at the others. */
async function floodRow(
  alone: string,
  [one = '', ...others]: readonly string[],
  rounds: number,
): Promise<Row> {
  // New ones for each turn: a tally answers no heartbeat, so the server gives it up after a while.
  const once = async (at: string, rest: readonly string[]): Promise<number> => {
    const first = await openReader(at, 'bench');
    const tallies = await Promise.all(
      Array.from({ length: 19 }, (_, n) => openTally(rest[n % rest.length] ?? at, 'bench')),
    );
    const { ms } = await pour(first, tallies, floodBytes);
    await Promise.all([first, ...tallies].map((reader) => reader.close()));
    return ms;
  };
  const [theirs, ours]: [number[], number[]] = [[], []];
  for (let turn = 0; turn <= rounds; turn += 1) {
    const [file, both] = [await once(alone, [alone]), await once(one, others)];
    // Both have run once before the clock does.
    if (turn === 0) continue;
    theirs.push(file);
    ours.push(both);
  }
  const speed = (ms: readonly number[]) => floodBytes / 1000 / median(ms);
  return {
    ...{ what: '50 MiB to twenty readers, each', unit: 'MB/s', ours: speed(ours) },
    beside: { what: 'one server, files', value: speed(theirs) },
    note: `ms: ${spread(ours)}; files ${spread(theirs)}; every byte, same SHA-256; nineteen of them at the two other servers`,
  };
}

async function historyRows(
  directory: string,
  postgres: TestPostgres,
  rounds: number,
): Promise<readonly Row[]> {
  const data = join(directory, 'history');
  mkdirSync(data, { mode: 0o700 });
  const runs = await fillStore(data, records);
  const database = await postgres.database();
  const [from, to] = [
    openStore(data),
    await openPostgresStore(postgres.address(database), postgres.passwordFile),
  ];
  const started = performance.now();
  await copyRecords(from, to, () => {});
  const copied: Row = {
    what: `Copy of ${records} records into PostgreSQL`,
    unit: 's',
    ours: (performance.now() - started) / 1000,
  };
  // As PostgreSQL does by itself within a minute.
  await postgres.asked(database, 'ANALYZE');
  await Promise.all([from.close(), to.close()]);
  const asked = async (name: string, options: readonly string[]) => {
    const server = await startPlainServer(join(directory, name), site, options);
    return askPages(server.address, runs, rounds).finally(() => server.stop());
  };
  const theirs = await asked('history', []);
  const ours = await asked('pages', storeOptions(postgres, database));
  const row = (what: string, mine: readonly number[], files: readonly number[]): Row => ({
    ...medianRow(`${what}, ${records} records`, 'ms', mine, `files ${spread(files)}`),
    beside: { what: 'one server, files', value: median(files) },
  });
  return [
    row('Record page sent', ours.page, theirs.page),
    row('History page sent', ours.list, theirs.list),
    copied,
  ];
}
