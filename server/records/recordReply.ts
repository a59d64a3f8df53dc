/** What the routes of records answer with, and sending it: headers, revalidation, streams with back-pressure. What is answered is left to the routes. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { never } from '../../src/core/vocabulary.ts';
import type { Principal } from '../identity/principal.ts';
import type { Pause } from '../files/pause.ts';

export type Asked = {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Scheme, host and port that this reader uses: what absolute links begin with. */
  readonly base: string;
  readonly principal: Principal;
  readonly isHead: boolean;
  /** Aborted when the reader has left, or has everything. */
  readonly signal: AbortSignal;
  /** Gives others their turn; rejects when the reader has left. */
  readonly pause: Pause;
};

export type Reply =
  | {
      readonly kind: 'text';
      readonly status: number;
      readonly type: string;
      readonly body: string;
      /** What a browser calls the file when it keeps it; empty to show it. */
      readonly file: string;
      readonly cache: string;
      /** Seconds after which to ask again; 0 to say nothing about it. */
      readonly retryAfter: number;
    }
  /** A page that is made piece by piece, and sent when all of it is there: only then is it known whether the reader has it already. */
  | { readonly kind: 'page'; readonly chunks: () => AsyncIterable<Uint8Array> }
  | {
      readonly kind: 'stream';
      readonly type: string;
      readonly file: string;
      readonly cache: string;
      readonly chunks: () => AsyncIterable<Uint8Array>;
    }
  | { readonly kind: 'moved'; readonly status: 303 | 308; readonly to: string };

/** Kept by the reader's browser only, and asked about each time: nothing is sent again that has not changed. */
export const revalidated = 'private, no-cache';
/** For bytes of a run that has ended: they never change. */
export const unchanging = 'private, max-age=31536000, immutable';
export const neverKept = 'no-store';

export const htmlType = 'text/html; charset=utf-8';
export const textType = 'text/plain; charset=utf-8';

export const page = (status: number, body: string): Reply => ({
  ...{ kind: 'text', status, type: htmlType, body, file: '', retryAfter: 0 },
  cache: status === 200 ? revalidated : neverKept,
});

/** A sentence for a program. */
export const sentence = (status: number, message: string, retryAfter = 0): Reply => ({
  ...{ kind: 'text', status, type: textType, body: `${message}\n`, file: '', cache: neverKept, retryAfter },
});

/** A reader who takes nothing for so long is gone: what waits for them would hold the turn of somebody else. */
const stalledMs = 30_000;

/** Sends, and ends the response. Resolves also when the reader went away meanwhile. */
export async function send(request: IncomingMessage, response: ServerResponse, reply: Reply): Promise<void> {
  const isHead = request.method === 'HEAD';
  switch (reply.kind) {
    case 'moved':
      response.setHeader('cache-control', neverKept);
      response.writeHead(reply.status, { location: reply.to, 'content-length': 0 }).end();
      return;
    case 'stream': {
      response.setHeader('content-type', reply.type);
      response.setHeader('cache-control', reply.cache);
      if (reply.file !== '')
        response.setHeader('content-disposition', `attachment; filename="${reply.file}"`);
      response.statusCode = 200;
      if (isHead) return void response.end();
      response.setTimeout(stalledMs, () => response.destroy());
      const source = Readable.from(reply.chunks(), { objectMode: true, highWaterMark: 1 });
      // A reader who leaves in the middle ends the reading; a file that fails in the middle ends the connection, so that the rest is missed.
      await pipeline(source, response).catch(() => response.destroy());
      return;
    }
    case 'page': {
      const parts: Uint8Array[] = [];
      const hash = createHash('sha256');
      for await (const part of reply.chunks()) {
        parts.push(part);
        hash.update(part);
      }
      response.setTimeout(stalledMs, () => response.destroy());
      response.setHeader('content-type', htmlType);
      response.setHeader('cache-control', revalidated);
      if (isKnown(request, response, hash.digest('base64url'))) return;
      response.setHeader(
        'content-length',
        parts.reduce((sum, { length }) => sum + length, 0),
      );
      for (const part of isHead ? [] : parts) response.write(part);
      response.end();
      return;
    }
    case 'text': {
      const bytes = Buffer.from(reply.body);
      response.statusCode = reply.status;
      response.setHeader('content-type', reply.type);
      response.setHeader('cache-control', reply.cache);
      if (reply.file !== '')
        response.setHeader('content-disposition', `attachment; filename="${reply.file}"`);
      if (reply.retryAfter > 0) response.setHeader('retry-after', reply.retryAfter);
      if (reply.cache !== neverKept && reply.status === 200) {
        const digest = createHash('sha256').update(bytes).digest('base64url');
        if (isKnown(request, response, digest)) return;
      }
      response.setHeader('content-length', bytes.length);
      response.end(isHead ? undefined : bytes);
      return;
    }
    default:
      return never(reply);
  }
}

/** Names what is sent, and answers whoever has it already. */
function isKnown(request: IncomingMessage, response: ServerResponse, digest: string): boolean {
  const tag = `"${digest.slice(0, 27)}"`;
  response.setHeader('etag', tag);
  const known = request.headers['if-none-match']?.split(/\s*,\s*/) ?? [];
  if (!known.some((one) => one.replace(/^W\//, '') === tag)) return false;
  response.removeHeader('content-type');
  response.writeHead(304).end();
  return true;
}
