/** The runs of several servers on one PostgreSQL: who has which, and the one that a check of a fleet has at a time. */
import { createHash } from 'node:crypto';
import { eventSchema } from '../../../src/core/run/entry.ts';
import type { RunHeader } from '../../../src/core/run/run.ts';
import type { Claim, Look, Running, Shared } from '../contract.ts';
import { rowColumns, rowValues } from '../rebuild.ts';
import type { Row } from '../sql.ts';
import type { Database } from './database.ts';
import { createLocks } from './locks.ts';
import { openReaders } from './readers.ts';
import { isOnce, livingServers } from './schema.ts';
import { openSignIns } from './signIns.ts';

const tries = 20;
const betweenMs = 100;
/** A click counts while a page that lost its server may still send it again. */
export const requestsKept = '1 hour';
const hashOf = (request: string): string => createHash('sha256').update(request).digest('base64');
/** Nothing when this click has another run already. */
const note = `INSERT INTO requests (request, run) VALUES (?, ?) ON CONFLICT (request) DO UPDATE SET run = excluded.run
  WHERE requests.run = excluded.run OR NOT EXISTS (SELECT FROM runs WHERE runs.run = requests.run) RETURNING run`;
const insert = `WITH asked AS (${note})
  INSERT INTO runs (${rowColumns}, once, machines) SELECT ${'?, '.repeat(9)}'running', '', '', 0, ?, ?, ?
  WHERE EXISTS (SELECT FROM asked) ON CONFLICT (once) WHERE ${isOnce} DO NOTHING`;

/** Takes the runs of servers that hold their lock no more, and those of this one that it does not know: one server gets each of them. And says what else there is. */
const lookText = `WITH living AS MATERIALIZED (SELECT objid::bigint AS number ${livingServers}),
  taken AS (
    UPDATE runs SET server = ?::integer WHERE state = 'running' AND run <> ALL(?::text[])
      AND (server = ?::integer OR NOT EXISTS (SELECT FROM living WHERE number = server)) RETURNING run, summary)
  SELECT 'living' AS what, ''::words AS run, ''::words AS summary, '' AS machines, number AS server, 0 AS bytes FROM living
  UNION ALL SELECT 'taken', run, summary, '', 0, 0 FROM taken
  UNION ALL SELECT 'running', run, summary, machines, server, bytes FROM runs
    WHERE state = 'running' AND server <> ?::integer AND run NOT IN (SELECT run FROM taken)
  ORDER BY run`;

/** `own`: the runs of this server. Before the database has one, or another server would end it. */
export function createShared(database: Database, own: Set<string>) {
  const { sql, query, session, whenLost, clockFault } = database;
  const { news } = session;
  const withdrawn = (run: string) => query('UPDATE runs SET once = NULL WHERE run = ?', [run]);
  const watchers = new Set<() => (found: Look) => void>();
  /** Resolves with the rows of runs that this server has to end now. */
  const look = async () => {
    const begun = [...watchers].map((begin) => begin());
    const me = news.server;
    const { rows } = await query(lookText, [me, [...own], me, me]);
    const of = (what: string) => rows.filter((row) => row['what'] === what);
    const servers = new Set(of('living').map((row) => Number(row['server'])));
    const running = of('running').flatMap((row) => runningOf(row) ?? []);
    for (const then of begun) then({ servers, running });
    return of('taken');
  };
  const shared: Shared = {
    ...{ news, whenLost, clockFault, slots: createLocks(session) },
    ...{ readers: openReaders(database), signIns: openSignIns(database) },
    async claim(header: RunHeader, { once, machines, request }: Claim) {
      const click = hashOf(request);
      for (let attempt = 0; attempt < tries; attempt += 1) {
        own.add(header.run);
        const { rowCount } = await query(insert, [
          ...[click, header.run],
          ...rowValues(header),
          once,
          machines,
        ]).catch((error: unknown) => {
          own.delete(header.run);
          throw error;
        });
        if (rowCount === 1) return undefined;
        own.delete(header.run);
        const [earlier] = await sql.all(
          'SELECT run FROM runs JOIN requests USING (run) WHERE request = ?',
          click,
        );
        if (earlier !== undefined) return String(earlier['run']);
        const [row] = await sql.all(
          `SELECT summary, machines, server, bytes FROM runs WHERE once = ? AND state = 'running'`,
          once,
        );
        const other = row && runningOf(row);
        if (other !== undefined && other.server !== news.server) {
          await query(note, [click, other.header.run]);
          return other;
        }
        // It has ended since, or is one of ours that nobody is to join any more.
        if (other !== undefined) await withdrawn(other.header.run);
        await new Promise((resolve) => setTimeout(resolve, attempt === 0 ? 0 : betweenMs));
      }
      throw new Error('another run of this check begins and ends all the time');
    },
    join: (request, run) => void query(note, [hashOf(request), run]).catch(() => {}),
    withdraw: (run) => void withdrawn(run).catch(() => {}),
    watch(begin) {
      watchers.add(begin);
      return () => watchers.delete(begin);
    },
  };
  return { shared, look };
}

/** Nothing when the row does not hold a header that this version can read. */
function runningOf(row: Row): Running | undefined {
  try {
    const header = eventSchema.parse(JSON.parse(String(row['summary'])));
    if (header.kind !== 'header') return undefined;
    const [server, bytes] = [Number(row['server']), Number(row['bytes'])];
    return { header, server, bytes, machines: String(row['machines']) };
  } catch {
    return undefined;
  }
}
