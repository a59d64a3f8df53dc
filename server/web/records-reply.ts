/** What the routes of records answer with, and sending it: headers, revalidation, streams with back-pressure. What is answered is left to the routes. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export type Asked = {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Scheme, host and port that this reader uses: what absolute links begin with. */
  readonly base: string;
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
    }
  | {
      readonly kind: 'stream';
      readonly type: string;
      readonly file: string;
      readonly cache: string;
      readonly chunks: () => AsyncIterable<Uint8Array>;
    }
  | { readonly kind: 'moved'; readonly to: string };

/** Kept by the reader's browser only, and asked about each time: nothing is sent again that has not changed. */
export const revalidated = 'private, no-cache';
/** For bytes of a run that has ended: they never change. */
export const unchanging = 'private, max-age=31536000, immutable';
export const neverKept = 'no-store';

export const htmlType = 'text/html; charset=utf-8';
export const textType = 'text/plain; charset=utf-8';

export const page = (status: number, body: string): Reply => ({
  kind: 'text',
  status,
  type: htmlType,
  body,
  file: '',
  cache: status === 200 ? revalidated : neverKept,
});

/** Sends, and ends the response. Resolves also when the reader went away meanwhile. */
export async function send(request: IncomingMessage, response: ServerResponse, reply: Reply): Promise<void> {
  const isHead = request.method === 'HEAD';
  if (reply.kind === 'moved') {
    response.writeHead(308, { location: reply.to, 'content-length': 0 }).end();
    return;
  }
  response.setHeader('content-type', reply.type);
  response.setHeader('cache-control', reply.cache);
  if (reply.file !== '') response.setHeader('content-disposition', `attachment; filename="${reply.file}"`);
  if (reply.kind === 'stream') {
    response.statusCode = 200;
    if (isHead) return void response.end();
    const source = Readable.from(reply.chunks(), { objectMode: true, highWaterMark: 1 });
    // A reader who leaves in the middle ends the reading; a file that fails in the middle ends the connection, so that the rest is missed.
    await pipeline(source, response).catch(() => response.destroy());
    return;
  }
  const bytes = Buffer.from(reply.body);
  response.statusCode = reply.status;
  if (reply.cache !== neverKept) {
    const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`;
    response.setHeader('etag', tag);
    const known = request.headers['if-none-match']?.split(/\s*,\s*/) ?? [];
    if (reply.status === 200 && known.some((one) => one.replace(/^W\//, '') === tag)) {
      response.removeHeader('content-type');
      response.writeHead(304).end();
      return;
    }
  }
  response.setHeader('content-length', bytes.length);
  response.end(isHead ? undefined : bytes);
}
