/** The tables in PostgreSQL. Numbered migrations, each run once and by one server alone. */
import type { Client } from 'pg';
import { RefusedDatabaseError } from './address.ts';

/** Text sorts by its bytes, as ids must; `bytes` is what the file of a run would have, `server` who writes it. */
const tables = `
  CREATE DOMAIN words AS text COLLATE "C";
  CREATE TABLE runs (
    run words PRIMARY KEY, writeup words NOT NULL, check_id words NOT NULL, title words NOT NULL, roles words NOT NULL,
    fleet words NOT NULL, started_at words NOT NULL, source words NOT NULL, condition words NOT NULL,
    state words NOT NULL CHECK (state IN ('running', 'ended')), verdict words NOT NULL, how words NOT NULL,
    bytes bigint NOT NULL, next integer NOT NULL DEFAULT 0, pinned integer NOT NULL DEFAULT 0,
    asked_at words NOT NULL DEFAULT '', kept_by words NOT NULL DEFAULT '', kept_at words NOT NULL DEFAULT '',
    summary words NOT NULL, server integer NOT NULL DEFAULT current_setting('vantage.server')::integer
  ) WITH (fillfactor = 70);
  CREATE INDEX runs_by_check ON runs (writeup, check_id, state, run DESC);
  CREATE INDEX runs_newest ON runs (writeup, state, check_id, condition, how, run);
  CREATE INDEX runs_by_state ON runs (state, run DESC);
  CREATE TABLE frames (
    run words NOT NULL REFERENCES runs ON DELETE CASCADE, number integer NOT NULL, position bigint NOT NULL,
    bytes bytea NOT NULL, PRIMARY KEY (run, number), UNIQUE (run, position)
  );
  ALTER TABLE frames ALTER COLUMN bytes SET STORAGE EXTERNAL;
  CREATE TABLE sets (
    id words PRIMARY KEY, writeup words NOT NULL, title words NOT NULL, note words NOT NULL, by_whom words NOT NULL,
    started_at words NOT NULL, pinned integer NOT NULL DEFAULT 0, asked_at words NOT NULL DEFAULT '',
    kept_by words NOT NULL DEFAULT '', kept_at words NOT NULL DEFAULT ''
  );
  CREATE INDEX sets_by_writeup ON sets (writeup, id DESC);
  CREATE TABLE members (
    id words NOT NULL, run words NOT NULL, check_id words NOT NULL, place integer NOT NULL, PRIMARY KEY (id, run)
  );
  CREATE INDEX members_by_run ON members (run);
  CREATE TABLE removed (id words PRIMARY KEY, at words NOT NULL);`;

/** `once`: of the runs that go on, one only may have it. `machines`: those of its fleet, to tell two fleets of one name. */
const claims = `
  ALTER TABLE runs ADD COLUMN once text, ADD COLUMN machines text NOT NULL DEFAULT '';
  CREATE UNIQUE INDEX runs_once ON runs (once) WHERE state = 'running';`;

/**
 * `key`, `read_key`: hashes of cookies, so that nobody signs in with a copy of this table. `secrets`: what all servers sign people in with.
 * `guests`: the numbers of readers without a name.
 */
const people = `
  CREATE TABLE sessions (
    key words PRIMARY KEY, read_key words NOT NULL UNIQUE, person words NOT NULL, name words NOT NULL, basis words NOT NULL,
    since timestamptz NOT NULL DEFAULT clock_timestamp(), seen timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  CREATE INDEX sessions_by_person ON sessions (person, seen);
  CREATE TABLE secrets (name words PRIMARY KEY, value bytea NOT NULL);
  CREATE TABLE used_states (state words PRIMARY KEY, until timestamptz NOT NULL);
  CREATE TABLE guests (reader words PRIMARY KEY, number integer NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());`;

/** What the condition says is true without its second part. With it, a server of an older version cannot begin a run any more. */
export const isOnce = "state = 'running' AND once IS NOT NULL";

/** `request`: the hash of a click for one check, and the run that it started or joined. */
const requests = `
  DROP INDEX runs_once;
  CREATE UNIQUE INDEX runs_once ON runs (once) WHERE ${isOnce};
  CREATE TABLE requests (request words PRIMARY KEY, run words NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());`;

/** Element n leads from version n to n + 1. Never changed, only added to. */
export const migrations: readonly string[] = [tables, claims, people, requests];

/** The oldest that this was tried with. */
export const oldestPostgres = 15;
/** What to say of a PostgreSQL that is too old, by its `server_version_num`. */
export const tooOld = (number: number): string | undefined =>
  number < oldestPostgres * 10_000
    ? `Expected PostgreSQL ${oldestPostgres} or later, found ${Math.floor(number / 10_000)}: name a newer one with --store.`
    : undefined;
/** Taken while the tables are changed. Any number will do, if no other program of the database has it. */
const migrationLock = 8_914_001;

/** Taken while somebody signs in or gets a number: names and limits are those of all servers. */
export const namesLock = 8_914_011;
/** Held, together with a writeup, by the server whose reader presents it. */
export const presentLock = 8_914_012;

/** Each server holds this lock together with its number, for as long as it lives. */
export const serverLock = 8_914_002;
/** The rest of a question to those locks: `objid` is the number of a server that lives. */
export const livingServers = `FROM pg_locks JOIN pg_database ON oid = database AND datname = current_database()
  WHERE locktype = 'advisory' AND classid = ${serverLock}`;
/** Together with a place: who is next there, and, from the second number on, its slots. */
export const [nextLock, slotLock] = [8_914_004, 8_914_100] as const;

/**
 * Brings the tables up to date, in one step or not at all, and does `then`, before any other server may. Throws a sentence for a database that is
 * not ours, too old or too new, and while servers use it that know older tables only.
 */
export async function migrate(
  client: Client,
  then: string,
  steps: readonly string[] = migrations,
): Promise<void> {
  const one = async (text: string) => (await client.query<Record<string, unknown>>(text)).rows[0] ?? {};
  const { number, name } = await one(
    "SELECT current_setting('server_version_num')::integer AS number, current_database() AS name",
  );
  const refuse = (what: string) => new RefusedDatabaseError(`${what} Nothing was changed.`);
  const old = tooOld(Number(number));
  if (old !== undefined) throw refuse(old);
  await client.query(`BEGIN; SELECT pg_advisory_xact_lock(${migrationLock})`);
  try {
    const { known, others } = await one(
      `SELECT string_agg(tablename, ', ' ORDER BY tablename) AS others,
         (SELECT string_agg(column_name || ' ' || data_type, ', ') FROM information_schema.columns
          WHERE table_schema = current_schema() AND table_name = 'vantage') AS known
       FROM pg_tables WHERE schemaname = current_schema()`,
    );
    // A table of this name alone can be anybody's.
    const isKnown = known === 'version integer';
    if (!isKnown && others !== null)
      throw refuse(
        `The database ${String(name)} has tables of another program (${String(others).slice(0, 60)}): make one for Vantage with \`createdb\`, and name it in --store.`,
      );
    const found = isKnown ? Number((await one('SELECT version FROM vantage'))['version']) : 0;
    if (found > steps.length)
      throw refuse(
        `The records in the database ${String(name)} were written by a newer Vantage (${found}; this one reads ${steps.length}): use that version, or another database.`,
      );
    const { living } = await one(
      `SELECT count(*)::integer AS living ${livingServers} AND pid <> pg_backend_pid()`,
    );
    if (found > 0 && found < steps.length && living !== 0)
      throw refuse(
        `An older Vantage uses the database ${String(name)} now (${String(living)} of its servers or commands): stop all of it, then start this one, which brings the tables up to date.`,
      );
    if (found === 0)
      await client.query('CREATE TABLE vantage (version integer NOT NULL); INSERT INTO vantage VALUES (0)');
    for (const step of steps.slice(found)) await client.query(step);
    if (found < steps.length) await client.query(`UPDATE vantage SET version = ${steps.length}`);
    await client.query(then);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}
