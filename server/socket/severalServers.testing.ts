/** Several whole servers on one PostgreSQL, for tests: each with a page that watches, and machines that are shells. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Check } from '../../src/core/check/check.ts';
import type { Entry } from '../../src/core/run/entry.ts';
import { openPostgresStore } from '../store/postgres/store.ts';
import type { TestPostgres } from '../store/postgres/testing.ts';
import { connect } from './testing-connection.ts';
import { remove, type TestConnection, testServer } from './testing.ts';

export type OneOfSeveral = Awaited<ReturnType<typeof openServer>>;

/** A server on this database, with a page that watches. */
export async function openServer(postgres: TestPostgres, database: string, checks: readonly Check[]) {
  const directory = mkdtempSync(join(tmpdir(), 'vantage-several-'));
  const store = await openPostgresStore(postgres.address(database), postgres.passwordFile);
  const server = await testServer(checks, directory, true, undefined, undefined, store);
  const watching = async (): Promise<TestConnection> => {
    const page = await server.connect();
    page.send({ type: 'watch', writeup: 'w' });
    await page.next('welcome');
    return page;
  };
  return {
    ...server,
    number: store.shared?.news.server ?? 0,
    watching,
    page: await watching(),
    async close() {
      await server.close();
      remove(directory);
    },
  };
}

const script = fileURLToPath(new URL('./serverKilled.testing.ts', import.meta.url));

/** A module that sets the clock of its process so much ahead: all that our code asks for the time. */
const clockAhead = (ms: number): string =>
  `data:text/javascript,${encodeURIComponent(`const Real = Date;
    globalThis.Date = class extends Real {
      constructor(...given) { super(...(given.length > 0 ? given : [Real.now() + ${ms}])); }
      static now() { return Real.now() + ${ms}; }
    };`)}`;

/** A server in a process of its own, to be stopped and killed: its checks are `talks`, which goes on, and `short`. */
export async function spawnServer(postgres: TestPostgres, database: string, aheadMs = 0) {
  const directory = mkdtempSync(join(tmpdir(), 'vantage-several-'));
  const child = spawn(
    process.execPath,
    ['--import', clockAhead(aheadMs), script, directory, postgres.address(database), postgres.passwordFile],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const gone = once(child, 'close');
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const connected = () => connect(Number(port), {});
  return {
    signal: (name: 'SIGSTOP' | 'SIGCONT') => child.kill(name),
    connect: connected,
    async watching(): Promise<TestConnection> {
      const page = await connected();
      page.send({ type: 'watch', writeup: 'w' });
      await page.next('welcome');
      return page;
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
      remove(directory);
    },
  };
}

let clicks = 0;

/** Clicks on a check; the answer of the server. */
export async function click(page: TestConnection, ...checks: readonly string[]) {
  clicks += 1;
  const key = `click-${String(clicks).padStart(8, '0')}`;
  page.send({ type: 'run', key, checks });
  const is = (message: { readonly key: string }) => message.key === key;
  return Promise.race([
    page.next('accepted', is).then(({ runs }) => runs),
    page.next('refused', is).then(({ message }) => message),
  ]);
}

/** The run that a click on a check started or joined. */
export async function runOf(page: TestConnection, check: string) {
  const answer = await click(page, check);
  const [first] = typeof answer === 'string' ? [] : answer;
  if (first === undefined) throw new Error(`expected a run, found ${String(answer)}`);
  return first;
}

/** What a page is told last of a run. */
export const lastOf = ({ heard }: TestConnection, run: string) =>
  heard.findLast((message) => message.type === 'summary' && message.summary.run === run);

/** Of everything that a machine said in a run. */
export function hashOf(entries: readonly Entry[] | undefined): string {
  const hash = createHash('sha256');
  for (const { seq, body } of entries ?? []) {
    hash.update(`${seq} ${body.kind} `);
    if (body.kind === 'output') hash.update(body.bytes);
  }
  return hash.digest('hex');
}
