/** A server with people for tests: a file of tokens, the audit log as it is on disk, requests exactly as they are written. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { connect as dial } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Check } from '../../src/core/check/check.ts';
import { ROOT_BASE } from '../../src/core/text/base.ts';
import { checkOf, onceStep } from '../../src/core/testing.ts';
import { beatMs } from '../socket/heartbeat.ts';
import { type QueueLimits, queueLimits } from '../socket/queueLimits.ts';
import type { Store } from '../store/contract.ts';
import { type TestServer, testServer } from '../socket/testing.ts';
import { auditDefaults, auditFiles, openAudit } from '../audit/audit.ts';
import type { Right } from '../../src/core/protocol/rights.ts';
import type { LineLimits } from '../audit/lineCounts.ts';
import { hashOf, newToken } from '../identity/token.ts';

export type AuditRow = Readonly<
  Record<'time' | 'server' | 'who' | 'id' | 'via' | 'peer' | 'action' | 'target' | 'outcome', string>
>;

/** Every line is looked for: that they are counted is tested where it is done. */
export const everyLine: LineLimits = {
  perPerson: { run: Infinity, happened: Infinity, refused: Infinity },
  ...{ perAddress: Infinity, strangers: Infinity },
};

/** Both files of an audit log, in the order in which the lines were written. */
export const readAudit = (directory: string): readonly AuditRow[] =>
  Object.values(auditFiles)
    .flatMap((file) => readFileSync(join(directory, file), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AuditRow)
    .sort((one, other) => Date.parse(one.time) - Date.parse(other.time));

export type AuthServer = {
  readonly server: TestServer;
  readonly base: string;
  readonly directory: string;
  /** Moves the clock of sessions and limits. */
  advance(ms: number): void;
  /** All lines of the audit log, or those of these actions. */
  audit(...actions: readonly string[]): readonly AuditRow[];
  /** What the operator was told of the log since it was asked last: a test that expects none need not ask. */
  auditFaults(): readonly unknown[];
  close(): Promise<void>;
};

export const effectCheck = (id: string, effect: Check['effect'], command = 'echo hello'): Check => ({
  ...checkOf(id, [onceStep('s', command, { limits: { seconds: 60, bytes: 1024 * 1024 } })]),
  effect,
});

type AuthServerOptions = {
  readonly beat?: number;
  readonly lines?: LineLimits;
  readonly limits?: QueueLimits;
  readonly path?: string;
  /** One that other servers have too. */
  readonly store?: Store;
  /** Further addresses that it answers for. */
  readonly origins?: readonly string[];
};

/** Serves the checks; `text` is the file of the mode. */
export async function startAuthServer(
  checks: readonly Check[],
  mode: 'local' | 'token' | 'proxy' | 'oidc',
  text = '',
  {
    beat = beatMs,
    lines = everyLine,
    limits = queueLimits,
    path = ROOT_BASE,
    store,
    origins = [],
  }: AuthServerOptions = {},
): Promise<AuthServer> {
  const directory = mkdtempSync(join(tmpdir(), 'vantage-house-'));
  const file = join(directory, 'auth.yaml');
  writeFileSync(file, text, { mode: 0o600 });
  const faults: unknown[] = [];
  let passed = 0;
  let latest = 0;
  const audit = openAudit(directory, {
    ...auditDefaults,
    server: 'docs-1',
    lines,
    // No two lines have one time, so that their order is known.
    date() {
      latest = Math.max(latest + 1, Date.now());
      return new Date(latest);
    },
    log: (error) => faults.push(error),
  });
  const choice = mode === 'local' ? ({ mode } as const) : ({ mode, file } as const);
  const later = () => performance.now() + passed;
  const auth = { choice, audit, later, beatMs: beat, queueLimits: limits, path, origins };
  const server = await testServer(checks, directory, false, auth, undefined, store);
  return {
    ...{ server, directory, base: `http://127.0.0.1:${server.port}${path.slice(0, -1)}` },
    advance(ms) {
      passed += ms;
    },
    audit: (...actions) =>
      readAudit(directory).filter(({ action }) => actions.length === 0 || actions.includes(action)),
    auditFaults: () => faults.splice(0),
    async close() {
      await server.close();
      audit.close();
      rmSync(directory, { recursive: true, force: true });
      if (faults.length > 0) throw new AggregateError(faults, 'the audit log could not be written');
    },
  };
}

export type Person = { readonly name: string; readonly token: string; readonly rights: readonly Right[] };
export const person = (name: string, ...rights: readonly Right[]): Person => ({
  name,
  token: newToken(),
  rights,
});

export const tokenFile = (people: readonly Person[]): string =>
  people.length === 0
    ? 'tokens: []\n'
    : stringify({
        tokens: people.map(({ name, token, rights }) => ({ name, rights, hash: hashOf(token) })),
      });

export const bearer = ({ token }: Person): { readonly authorization: string } => ({
  authorization: `Bearer ${token}`,
});

/** Sends these very lines, and resolves with the first line of the answer: nothing is added, merged or left out as a client library would. */
export function raw(port: number, lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = dial(port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (!text.includes('\r\n')) return;
      resolve(text.split('\r\n')[0] ?? '');
      socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text.split('\r\n')[0] ?? ''));
  });
}
