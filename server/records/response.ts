/** What the routes of records answer with, and sending it: headers, revalidation, streams with back-pressure. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { never } from '../../src/core/vocabulary.ts';
import type { Principal } from '../identity/principal.ts';
import { htmlBelowBase, ROOT_BASE } from '../../src/core/text/base.ts';
import { baseOf, redirect } from '../auth/httpResponse.ts';
import type { Pause } from '../files/pause.ts';

export type RecordRequest = {
  readonly query: URLSearchParams;
  /** Scheme, host, port and path of the site as this reader has it: absolute links begin with it. */
  readonly base: string;
  readonly principal: Principal;
  readonly isHead: boolean;
  /** The fields of a posted form; nothing when the request has none. */
  readonly form: () => Promise<URLSearchParams | undefined>;
  /** Aborted when the reader has left, or has everything. */
  readonly signal: AbortSignal;
  /** Gives others their turn; rejects when the reader has left. */
  readonly pause: Pause;
};

type Headers = Readonly<Record<string, string>>;
type Chunks = () => AsyncIterable<Uint8Array>;

export type RecordResponse =
  | { readonly kind: 'text'; readonly status: number; readonly headers: Headers; readonly body: string }
  /** A page that is made piece by piece and sent when it is whole: only then is it known whether the reader has it already. */
  | { readonly kind: 'page'; readonly chunks: Chunks }
  | { readonly kind: 'stream'; readonly headers: Headers; readonly chunks: Chunks }
  | { readonly kind: 'moved'; readonly to: string };

/** Kept by the reader's browser only, and asked about each time: nothing is sent again that has not changed. */
export const revalidated = 'private, no-cache';
/** For bytes of a run that has ended: they never change. */
export const unchanging = 'private, max-age=31536000, immutable';
export const neverKept = 'no-store';

const htmlType = 'text/html; charset=utf-8';
export const textType = 'text/plain; charset=utf-8';

export const pageResponse = (status: number, body: string): RecordResponse => ({
  ...{ kind: 'text', status, body },
  headers: { 'content-type': htmlType, 'cache-control': status === 200 ? revalidated : neverKept },
});

export const sentenceResponse = (status: number, message: string, headers: Headers = {}): RecordResponse => ({
  ...{ kind: 'text', status, body: `${message}\n` },
  headers: { 'content-type': textType, 'cache-control': neverKept, ...headers },
});

export const fileResponse = (
  type: string,
  file: string,
  chunks: Chunks,
  cache = neverKept,
): RecordResponse => ({
  ...{ kind: 'stream', chunks },
  headers: {
    ...{ 'content-type': type, 'cache-control': cache },
    'content-disposition': `attachment; filename="${file}"`,
  },
});

/** A reader who reads nothing for so long has left: their turn goes to somebody else. */
const stalledMs = 30_000;

/** Sends, and ends the response. Resolves also when the reader went away meanwhile. */
export async function sendResponse(
  request: IncomingMessage,
  response: ServerResponse,
  made: RecordResponse,
): Promise<void> {
  const isHead = request.method === 'HEAD';
  switch (made.kind) {
    case 'moved':
      return redirect(response, made.to);
    case 'stream': {
      response.setHeaders(new Map(Object.entries(made.headers)));
      if (isHead) return void response.end();
      response.setTimeout(stalledMs, () => response.destroy());
      const source = Readable.from(made.chunks(), { objectMode: true, highWaterMark: 1 });
      // A reader who leaves in the middle ends the reading; a file that fails in the middle ends the connection, so that the rest is missed.
      await pipeline(source, response).catch(() => response.destroy());
      return;
    }
    case 'page': {
      const parts: Uint8Array[] = [];
      for await (const part of made.chunks()) parts.push(part);
      response.setTimeout(stalledMs, () => response.destroy());
      response.setHeaders(
        new Map([
          ['content-type', htmlType],
          ['cache-control', revalidated],
        ]),
      );
      return sendBytes(request, response, parts);
    }
    case 'text':
      response.statusCode = made.status;
      response.setHeaders(new Map(Object.entries(made.headers)));
      return sendBytes(request, response, [Buffer.from(made.body)]);
    default:
      return never(made);
  }
}

/** With a name for what is sent, unless it may not be kept. A reader who has it already gets only that answer. */
function sendBytes(request: IncomingMessage, response: ServerResponse, made: readonly Uint8Array[]): void {
  const base = baseOf(response);
  const isPlaced = base === ROOT_BASE || response.getHeader('content-type') !== htmlType;
  const parts = isPlaced ? made : [Buffer.from(htmlBelowBase(base, Buffer.concat(made).toString('utf8')))];
  if (response.statusCode === 200 && response.getHeader('cache-control') !== neverKept) {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    const tag = `"${hash.digest('base64url').slice(0, 27)}"`;
    response.setHeader('etag', tag);
    const known = request.headers['if-none-match']?.split(/\s*,\s*/) ?? [];
    if (known.some((one) => one.replace(/^W\//, '') === tag)) {
      response.removeHeader('content-type');
      response.writeHead(304).end();
      return;
    }
  }
  response.setHeader(
    'content-length',
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  for (const part of request.method === 'HEAD' ? [] : parts) response.write(part);
  response.end();
}
