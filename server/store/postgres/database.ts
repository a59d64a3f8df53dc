/** Connections to PostgreSQL: one statement, several as one, and whether it can be written now. */
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import type { Row, Sql, SqlValue, Statement } from '../sql.ts';
import { codeOf } from '../../files/errors.ts';
import { sharedTurn } from '../../files/queue.ts';
import { dropOldest } from '../../identity/rateLimits.ts';
import { clockSentence, goneSentence, openSentence, passwordSentence, withPassword } from './address.ts';
import { copyOut } from './copyOut.ts';
import { migrate } from './schema.ts';
import { cut, openSession } from './session.ts';

const connections = 8;
const connectMs = 5000;
const statementMs = 30_000;
const tryAgainMs = 1000;
const hangingMs = 3000;

export type Database = Awaited<ReturnType<typeof openDatabase>>;
type Value = SqlValue | Buffer | readonly string[];

const statementsNamed = 100;
/** `?` as PostgreSQL counts it. A statement with a name is read and planned once on each connection, which takes longer than most of them. */
const asked = new Map<string, pg.QueryConfig>();
function statement(question: string): pg.QueryConfig {
  let count = 0;
  const one = () => {
    count += 1;
    return `$${count}`;
  };
  const known = asked.get(question);
  if (known) return known;
  const text = question.replace(/\?/g, one);
  if (asked.size >= statementsNamed) return { text };
  asked.set(question, { text, name: `vantage-${asked.size}` });
  return { text };
}

/** Errors of a statement, rather than of the database: a key that is there already, a value that is none. */
const isOfStatement = (code: string): boolean => /^(22|23|42)...$/.test(code);

/** Opens the database at `address`, its tables up to date. Rejects with a sentence for the operator. */
export async function openDatabase(address: string, passwordFile: string | undefined) {
  const server = randomInt(1, 2 ** 31);
  const options = {
    ...{ connectionString: passwordIn(address, passwordFile), application_name: 'vantage' },
    ...{
      connectionTimeoutMillis: connectMs,
      statement_timeout: statementMs,
      query_timeout: statementMs + connectMs,
    },
    // What a server that hangs has begun to change does not keep others from ending its runs.
    // A run waits for the disk once, at its end: the log of PostgreSQL has all before it then.
    options: `-c idle_in_transaction_session_timeout=${hangingMs} -c synchronous_commit=off -c client_min_messages=warning -c vantage.server=${server}`,
  };
  let fault: string | undefined;
  let retry: NodeJS.Timeout | undefined;
  const whenLost = new Set<(error: Error) => void>();
  const clients = new Set<pg.PoolClient>();
  const session = await openSession({
    ...{ client: options, server, prepare: migrate },
    lost(error) {
      // Where the database has fallen silent, what they were asked would wait for its whole time, and who asks next with it.
      for (const client of clients) cut(client);
      for (const then of whenLost) then(error);
      failed(error);
    },
  }).catch((error: unknown) => {
    throw new Error(openSentence(address, error), { cause: error });
  });
  const clockFault = clockSentence(await session.clockAheadMs());
  const pool = new pg.Pool({ ...options, max: connections });
  const isBack = () => {
    if (session.current() === undefined) return;
    clearInterval(retry);
    [fault, retry] = [undefined, undefined];
  };
  const failed = (error: unknown) => {
    if (isOfStatement(codeOf(error))) return;
    fault = goneSentence(error);
    retry ??= setInterval(() => {
      // A write: a database that can only be read is of no use.
      void pool.query('UPDATE vantage SET version = version').then(isBack, failed);
    }, tryAgainMs).unref();
  };
  pool.on('error', failed);
  // One that is at work when the database goes has no other listener, and would end the server.
  pool.on('connect', (client) => clients.add(client.on('error', failed)));
  pool.on('remove', (client) => clients.delete(client));

  const query = async (text: string, values: readonly Value[] = []) => {
    try {
      return await pool.query<Row>(statement(text), [...values]);
    } catch (error) {
      failed(error);
      throw error;
    }
  };
  /** One connection for all of `work`; one that fails goes, and with it whatever it had begun. */
  const onOne = async <T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    let client: pg.PoolClient | undefined;
    try {
      client = await pool.connect();
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      client?.release(true);
      failed(error);
      throw error;
    }
  };
  /** What a question finds, as bytes. It takes no values, so they are written into it. */
  const copied = (question: string) => onOne((client) => copyOut(client, question));
  /** All of it is kept, for good, or nothing. */
  const transaction = <T>(work: (ask: typeof query) => Promise<T>): Promise<T> =>
    onOne(async (client) => {
      await client.query('BEGIN; SET LOCAL synchronous_commit = on');
      const result = await work((text, values = []) => client.query<Row>(statement(text), [...values]));
      await client.query('COMMIT');
      return result;
    });
  const change = (...statements: readonly (readonly [string, ...values: readonly Value[]])[]) =>
    transaction(async (ask) => {
      const counts: number[] = [];
      for (const [text, ...values] of statements) counts.push((await ask(text, values)).rowCount ?? 0);
      return counts;
    });
  const sql: Sql = {
    observed: { column: 'summary', read: observedIn },
    all: shareAnswers(async (text, ...values) => (await query(text, values)).rows),
    change: (...statements: readonly Statement[]) => change(...statements),
  };
  return {
    ...{ sql, query, copied, change, transaction, session, clockFault },
    fault: () => fault,
    /** Calls back when the session has ended: what this server excluded others from is free, and its runs may be ended by others. */
    whenLost: (then: (error: Error) => void) => void whenLost.add(then),
    async close() {
      clearInterval(retry);
      await session.close();
      await pool.end();
    },
  };
}

const questionsKept = 100;

/** Who asks the same before it is asked shares the answer, and who asks meanwhile shares the next one: a crowd costs no more than two. */
export function shareAnswers(ask: Sql['all']): Sql['all'] {
  const turns = new Map<string, () => Promise<readonly Row[]>>();
  return (text, ...values) => {
    const question = JSON.stringify([text, ...values]);
    const turn = turns.get(question) ?? sharedTurn(() => ask(text, ...values));
    turns.set(question, turn);
    dropOldest(turns, () => turns.size > questionsKept);
    return turn();
  };
}

/** The address with the password. Throws a sentence when there is no such file. */
function passwordIn(address: string, file: string | undefined): string {
  if (file === undefined) return address;
  try {
    return withPassword(address, readFileSync(file, 'utf8').trimEnd());
  } catch (error) {
    throw new Error(passwordSentence(error), { cause: error });
  }
}

/** JSON of PostgreSQL refuses characters that a command may print. */
function observedIn(summary: unknown): string {
  try {
    const { judgement } = JSON.parse(String(summary)) as { judgement?: { observed?: unknown } };
    return String(judgement?.observed ?? '');
  } catch {
    return '';
  }
}
