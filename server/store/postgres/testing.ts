/** Debian's PostgreSQL for tests: in a temporary folder, on a Unix socket there, without a port of the network. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../files/testing-port.ts';
import { withPassword } from './address.ts';

const versions = '/usr/lib/postgresql';
const programs = (existsSync(versions) ? readdirSync(versions) : [])
  .map((version) => join(versions, version, 'bin'))
  .find((folder) => existsSync(join(folder, 'initdb')));
export const hasPostgres = programs !== undefined;

/** PostgreSQL refuses root, so root lends it to nobody. */
const asUser = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

const password = 'correct horse';

/** A folder that PostgreSQL may write to, with the file of the password. */
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vantage-pg-'));
  const file = join(folder, 'password');
  writeFileSync(file, `${password}\n`);
  if (asUser) for (const path of [folder, file]) chownSync(path, asUser.uid, asUser.gid);
  chmodSync(folder, 0o755);
  return folder;
}

const within = (folder: string) => ({ ...asUser, cwd: folder, env: { LC_ALL: 'C.UTF-8' } });
let template: string | undefined;

/** `initdb` takes longer than all else, so a process calls it once, and copies what it made. */
function emptyData(bin: string): string {
  if (template === undefined) {
    const folder = newFolder();
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    // So does vitest end its workers.
    process.once('SIGTERM', () => process.exit(143));
    const how = ['--auth=scram-sha-256', `--pwfile=${join(folder, 'password')}`, '--no-sync', '-E', 'UTF8'];
    const argv = ['-D', join(folder, 'data'), '-U', 'vantage', ...how];
    execFileSync(join(bin, 'initdb'), argv, { ...within(folder), stdio: 'pipe' });
    template = join(folder, 'data');
  }
  return template;
}

export type TestPostgres = Awaited<ReturnType<typeof startPostgres>>;

/** `tls`: a key with its certificate; then it listens at a free port of this machine too, and takes nothing there without TLS. */
export async function startPostgres(tls?: { readonly key: string; readonly certificate: string }) {
  if (programs === undefined) throw new Error('expected the Debian package postgresql-15');
  const folder = newFolder();
  const passwordFile = join(folder, 'password');
  const options = within(folder);
  const data = join(folder, 'data');
  execFileSync('cp', ['-a', emptyData(programs), data], { ...options, env: process.env });
  const port = tls && (await freePort());
  if (tls) {
    for (const [name, text] of [
      ['server.key', tls.key],
      ['server.crt', tls.certificate],
    ] as const) {
      writeFileSync(join(data, name), text, { mode: 0o600 });
      if (asUser) chownSync(join(data, name), asUser.uid, asUser.gid);
    }
    writeFileSync(
      join(data, 'pg_hba.conf'),
      'local all all scram-sha-256\nhostssl all all 127.0.0.1/32 scram-sha-256\n',
    );
  }
  let server: ChildProcess;
  const start = async () => {
    const settings = [
      ...(port === undefined
        ? ['listen_addresses=']
        : ['listen_addresses=127.0.0.1', `port=${port}`, 'ssl=on']),
      `unix_socket_directories=${folder}`,
      'unix_socket_permissions=0777',
      'fsync=off',
    ];
    server = spawn(join(programs, 'postgres'), ['-D', data, ...settings.flatMap((one) => ['-c', one])], {
      ...options,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    for await (const line of createInterface({ input: server.stderr as NodeJS.ReadableStream }))
      if (line.includes('ready to accept connections')) return;
    throw new Error('expected PostgreSQL to start');
  };
  /** Ends its connections and stops; with SIGQUIT as if the power were cut. */
  const stop = async (signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT') => {
    const gone = once(server, 'exit');
    server.kill(signal);
    await gone;
  };
  await start();
  const address = (database: string, user = 'vantage') =>
    `postgres://${user}@/${database}?host=${encodeURIComponent(folder)}${port === undefined ? '' : `&port=${port}`}`;
  const asked = async (database: string, text: string) => {
    const { default: pg } = await import('pg');
    const client = new pg.Client(withPassword(address(database), password));
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  };
  let made = 0;
  return {
    ...{ address, asked, passwordFile, start, stop, port },
    /** The name of a new database. */
    async database(): Promise<string> {
      made += 1;
      await asked('postgres', `CREATE DATABASE d${made}`);
      return `d${made}`;
    },
    async close() {
      await stop('SIGQUIT');
      rmSync(folder, { recursive: true });
    },
  };
}
