/** The one session of a server: that it lives, what it excludes others from, and the news. All of it goes with the session, at once. */
import pg from 'pg';
import {
  mostNewsBytes,
  type News,
  newsIn,
  type NewsListener,
  type NewsMessage,
  newsText,
  subjectOf,
} from '../news.ts';
import { queue } from '../../files/queue.ts';
import { StoreLostError } from '../faults.ts';
import { RefusedDatabaseError } from './address.ts';
import { livingServers, serverLock } from './schema.ts';

const channel = 'vantage';
/** NOTIFY takes a lock of the whole cluster when it commits, so it is sent at most this often. */
const newsMs = 10;
const mostWaiting = 4096;
const beatMs = 1000;
/** Without an answer for so long, this server counts itself as cut off. */
const answerMs = 3000;
/** Without a word for so long, the database counts this server as gone: also when its process is stopped, or its machine is away. */
const silenceMs = 4000;
const tryAgainMs = 300;

export type Session = Awaited<ReturnType<typeof openSession>>;

type SessionOptions = {
  readonly client: pg.ClientConfig;
  readonly server: number;
  /** On each connection: refuses a database that is not for this version, or does `register`, from which on this server counts as living. */
  readonly prepare: (client: pg.Client, register: string) => Promise<void>;
  readonly lost: (error: Error) => void;
};

/** Ends a connection now: its `end` waits for an answer, which may never come. */
export const cut = ({ connection }: Pick<pg.Client, 'connection'>): void => void connection.stream.destroy();

/** Rejects when there is no database at first. Later it is opened anew until `close`. */
export async function openSession({ client: config, server, prepare, lost }: SessionOptions) {
  let current: pg.Client | undefined;
  let isClosed = false;
  const listeners = new Set<NewsListener>();
  const waiting = new Map<string | symbol, string>();
  let timer: NodeJS.Timeout | undefined;
  let sentAt = 0;
  const inTurn = queue();

  const hear = (message: NewsMessage, from: number) => {
    for (const { heard } of [...listeners]) heard(message, from);
  };
  const ask = async (client: pg.Client, text: string, values: unknown[] = []) => {
    // In two steps: an answer that came while this process was held up is read between them.
    let timer = setTimeout(() => {
      timer = setTimeout(() => cut(client), 0.1 * answerMs);
    }, 0.9 * answerMs);
    try {
      return await inTurn(() => client.query<Record<string, unknown>>(text, values));
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) cut(client);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };
  const flush = () => {
    timer = undefined;
    sentAt = performance.now();
    const texts = [...waiting.values()];
    waiting.clear();
    if (current === undefined) return;
    const text = `SELECT pg_notify('${channel}', one) FROM unnest($1::text[]) AS one`;
    ask(current, text, [texts]).catch(() => {});
  };
  const connect = async (isFirst: boolean) => {
    const client = new pg.Client(config);
    client.on('error', () => {});
    client.on('notification', ({ payload }) => {
      const { news, from = server } = newsIn(payload) ?? {};
      if (news !== undefined && from !== server) hear(news, from);
    });
    try {
      await client.connect();
      const register = `SELECT pg_advisory_lock(${serverLock}, ${server})`;
      // Waits for a session of ours that the database has not given up yet, and holds up nobody else.
      if (!isFirst) await client.query(register);
      await prepare(client, register);
      await client.query(`LISTEN ${channel}; SET idle_session_timeout = ${silenceMs}`);
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
    if (isClosed) return void (await client.end());
    current = client;
    const beat = setInterval(() => void ask(client, 'SELECT 1').catch(() => {}), beatMs).unref();
    client.once('end', () => {
      clearInterval(beat);
      current = undefined;
      if (isClosed) return;
      lost(new StoreLostError('the session with it has ended'));
      tryAgain();
    });
    if (isFirst) return;
    for (const { again } of [...listeners]) again?.();
  };
  const tryAgain = () => {
    const failed = (error: Error) => {
      // The tables changed while it was away.
      if (error instanceof RefusedDatabaseError) lost(error);
      tryAgain();
    };
    if (!isClosed) setTimeout(() => void connect(false).catch(failed), tryAgainMs).unref();
  };
  await connect(true);

  const news: News = {
    server,
    send(message) {
      const text = newsText(server, message);
      const subject = subjectOf(message) ?? Symbol('news');
      if (current === undefined || waiting.size >= mostWaiting || Buffer.byteLength(text) > mostNewsBytes)
        return;
      // Behind what it depends on: the newest one of a subject is sent last.
      waiting.delete(subject);
      waiting.set(subject, text);
      timer ??= setTimeout(flush, Math.max(0, sentAt + newsMs - performance.now()));
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async servers() {
      return new Set(
        (await query(`SELECT objid::bigint AS server ${livingServers}`)).map((row) => Number(row['server'])),
      );
    },
  };
  const query = async (text: string, values: unknown[] = []) => {
    if (current === undefined) throw new StoreLostError('the session with the database has ended');
    return (await ask(current, text, values)).rows;
  };
  return {
    news,
    /** Here only, as if another server had sent it. */
    hear: (message: NewsMessage) => hear(message, server),
    /** The session of this moment, to tell it from a later one; nothing while there is none. */
    current: (): object | undefined => current,
    /** Runs a statement on it. Rejects when it has ended. */
    query,
    /** How far the clock here is ahead of the database's. */
    async clockAheadMs() {
      const [row] = await query('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms');
      return Date.now() - Number(row?.['ms']);
    },
    async close() {
      isClosed = true;
      if (waiting.size > 0) flush();
      clearTimeout(timer);
      await current?.end().catch(() => {});
    },
  };
}
