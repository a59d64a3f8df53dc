/** News between the servers of one store. It only wakes: what counts is in the store, so news that is lost delays and loses nothing. */
import * as z from 'zod/mini';
import { presentingSchema, summarySchema } from '../../src/core/protocol/down.ts';

/** The limit of a notification of PostgreSQL is 8,000 bytes, envelope included. */
export const mostNewsBytes = 7800;

const newsSchema = z.discriminatedUnion('kind', [
  /** A run waits, in which place, or has begun. */
  z.object({ kind: z.literal('run'), writeup: z.string(), summary: summarySchema }),
  /** The store has so many bytes of the log of a run. */
  z.object({ kind: z.literal('grown'), run: z.string(), bytes: z.int() }),
  /** The store has the end of a run: its summary may be large. */
  z.object({ kind: z.literal('ended'), run: z.string() }),
  /** Whoever has this run is asked to end it. */
  z.object({ kind: z.literal('cancel'), run: z.string() }),
  /** Something that excluded others is free again. */
  z.object({ kind: z.literal('released') }),
  /** Somebody has signed out: the hash of their cookie. */
  z.object({ kind: z.literal('signed-out'), session: z.string() }),
  /** Who reads a writeup at this server, and presents it there. */
  z.object({
    kind: z.literal('here'),
    writeup: z.string(),
    readers: z.array(z.string()),
    presenting: z.nullable(presentingSchema),
  }),
  /** Everybody is asked to say again who is there. */
  z.object({ kind: z.literal('who-is-here') }),
  /** A set was made or changed: it may be large. */
  z.object({ kind: z.literal('set'), set: z.string() }),
]);
export type NewsMessage = z.infer<typeof newsSchema>;

const envelopeSchema = z.object({ from: z.int(), news: newsSchema });

export type NewsListener = {
  /** `from`: the number of the server that sent it; never this one. */
  heard(message: NewsMessage, from: number): void;
  /** This server was deaf for a while, and hears again: what was sent meanwhile is lost, in both directions. */
  again?(): void;
};

export type News = {
  /** The number of this server; a server that starts anew has another one. */
  readonly server: number;
  /**
   * Tells all other servers, within some 10 ms and in this order. Of messages with the same subject only the newest is sent.
   * What is larger than `mostNewsBytes`, or sent while this server is cut off, is dropped.
   */
  send(message: NewsMessage): void;
  /** Returns the way to stop. */
  listen(listener: NewsListener): () => void;
  /** The numbers of the servers that live now. */
  servers(): Promise<ReadonlySet<number>>;
};

export const newsText = (from: number, news: NewsMessage): string => JSON.stringify({ from, news });

/** Nothing for what another version of Vantage sent, and for anything that is not news at all. */
export function newsIn(text: string | undefined): z.infer<typeof envelopeSchema> | undefined {
  try {
    return envelopeSchema.safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
}

/** A newer message of the same subject makes an older one that waits needless. Nothing for one that always counts. */
export function subjectOf(news: NewsMessage): string | undefined {
  switch (news.kind) {
    case 'grown':
      return `grown ${news.run}`;
    case 'run':
      return `run ${news.summary.run}`;
    case 'here':
      return `here ${news.writeup}`;
    case 'set':
      return `set ${news.set}`;
    case 'released':
    case 'who-is-here':
      return news.kind;
    case 'ended':
    case 'cancel':
    case 'signed-out':
      return undefined;
    default:
      return news satisfies never;
  }
}
