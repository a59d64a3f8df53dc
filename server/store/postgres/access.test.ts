/** How PostgreSQL is reached over a network, and as which role. A certificate is made for each run of the tests. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putRun } from '../testing.ts';
import { openPostgresStore } from './store.ts';
import { hasPostgres, startPostgres, type TestPostgres } from './testing.ts';

describe.skipIf(!hasPostgres)('PostgreSQL', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vantage-tls-'));
  const path = (name: string) => join(folder, name);
  const openssl = (...args: readonly string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const makeCa = (name: string) =>
    openssl(
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.crt`],
    );
  let postgres: TestPostgres;
  beforeAll(async () => {
    makeCa('ca');
    makeCa('other');
    openssl(
      ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=db'],
      ...['-keyout', 'db.key', '-out', 'db.csr'],
    );
    writeFileSync(path('names'), 'subjectAltName = DNS:localhost');
    openssl(
      ...['x509', '-req', '-in', 'db.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-days', '2', '-extfile', 'names', '-out', 'db.crt'],
    );
    const [key, certificate] = ['db.key', 'db.crt'].map((name) => readFileSync(path(name), 'utf8'));
    postgres = await startPostgres({ key: key ?? '', certificate: certificate ?? '' });
  }, 60_000);
  afterAll(async () => {
    await postgres.close();
    rmSync(folder, { recursive: true });
  });

  /** What came of it: a run that was kept, or the sentence for the operator. */
  const tried = async (address: string) => {
    try {
      const store = await openPostgresStore(address, postgres.passwordFile);
      await putRun(store, { day: 1 });
      await store.close();
      return 'kept';
    } catch (error) {
      return error instanceof Error ? error.message : error;
    }
  };

  it('is reached over TLS with the password from a file, and only where its certificate is from the right CA and for its name', async () => {
    const { port } = postgres;
    const database = await postgres.database();
    const to = (host: string, more: string) => `postgres://vantage@${host}:${port}/${database}?${more}`;
    const [ours, others] = ['ca.crt', 'other.crt'].map(
      (name) => `sslmode=verify-full&sslrootcert=${path(name)}`,
    );
    expect(await tried(to('localhost', String(ours)))).toBe('kept');
    expect(await tried(to('localhost', String(others)))).toBe(
      '--store: the certificate of PostgreSQL is not signed by a CA that is known here: name the file of its CA with sslrootcert= in the address.',
    );
    expect(await tried(to('localhost', 'sslmode=verify-full'))).toContain(
      'is not signed by a CA that is known',
    );
    expect(await tried(to('127.0.0.1', String(ours)))).toBe(
      `--store: the certificate of PostgreSQL does not name 127.0.0.1: use the name that it has in --store, or give PostgreSQL a certificate with this one in subjectAltName.`,
    );
    expect(await tried(to('localhost', 'sslmode=disable'))).toContain(
      'PostgreSQL does not let vantage in: correct its pg_hba.conf',
    );
  });

  it('is used as a role without any right but to own its database, and where nobody else comes in', async () => {
    await postgres.asked(
      'postgres',
      "CREATE ROLE docs LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD 'correct horse'",
    );
    await postgres.asked('postgres', 'CREATE DATABASE docs OWNER docs');
    await postgres.asked('postgres', 'REVOKE ALL ON DATABASE docs FROM PUBLIC');
    const open = () => openPostgresStore(postgres.address('docs', 'docs'), postgres.passwordFile);
    const [one, two] = [await open(), await open()];
    await putRun(one, { day: 1 });
    expect((await two.latest('w')).length).toBe(1);
    const release = await one.shared?.slots.take(new Map([['a', 6]]), 6);
    expect(await two.shared?.slots.take(new Map([['a', 1]]), 6)).toBeUndefined();
    release?.();
    expect((await two.shared?.news.servers())?.size).toBe(2);
    expect(await one.recover(() => new Date())).toEqual([]);
    for await (const _ of one.retain({ runs: 1, days: 1, bytes: 1 }, new Date()));
    for (const store of [one, two]) await store.close();
    await postgres.asked('postgres', "CREATE ROLE guest LOGIN PASSWORD 'correct horse'");
    expect(await tried(postgres.address('docs', 'guest'))).toBe(
      '--store: guest may not make tables in docs: let it own the database, or correct --store.',
    );
  });
});
