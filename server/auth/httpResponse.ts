/** Small uncached HTTP responses, posted forms, and safe redirect targets. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { belowBase, htmlBelowBase, ROOT_BASE } from '../../src/core/text/base.ts';
import type { Theme } from '../files/builtTheme.ts';
import { type LoginPage, loginPolicy } from './loginPages.ts';

const bases = new WeakMap<ServerResponse, string>();

/** Pages and redirects of this response are written as if the site were at the root, and sent with their addresses below `base`. */
export const setBase = (response: ServerResponse, base: string): void => void bases.set(response, base);
export const baseOf = (response: ServerResponse): string => bases.get(response) ?? ROOT_BASE;

export const foreignOrigin = 'This was not sent from a page of this server.';

export const respondText = (response: ServerResponse, status: number, message: string): void =>
  respond(response, status, 'text/plain; charset=utf-8', `${message}\n`);

/** A login page. Its referrer policy lets its form send an Origin; with `no-referrer` browsers send `null`. */
export function respondPage(
  response: ServerResponse,
  status: number,
  page: LoginPage,
  { name }: Theme,
): void {
  response.setHeader('content-security-policy', loginPolicy);
  response.setHeader('referrer-policy', 'same-origin');
  respond(response, status, 'text/html; charset=utf-8', page(name));
}

export function respond(response: ServerResponse, status: number, type: string, body: string): void {
  response.statusCode = status;
  response.setHeader('content-type', type);
  response.setHeader('cache-control', 'no-store');
  response.end(type.startsWith('text/html') ? htmlBelowBase(baseOf(response), body) : body);
}

export function redirect(response: ServerResponse, to: string): void {
  response.setHeader('cache-control', 'no-store');
  response.writeHead(303, { location: belowBase(baseOf(response), to), 'content-length': 0 }).end();
}

/** A person looks at a page; programs do not accept HTML. */
export const wantsPage = (request: IncomingMessage): boolean =>
  request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');

const maxFormBytes = 4096;

/** The fields of a posted form. Undefined, and nothing is read, if it is no form, too long, or has no length. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const length = Number(request.headers['content-length'] ?? Number.NaN);
  const isForm = /^application\/x-www-form-urlencoded(?:;|$)/.test(request.headers['content-type'] ?? '');
  if (!isForm || !(length <= maxFormBytes)) return undefined;
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch {
    return undefined;
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

/** The path travels in a cookie on the way through a provider, and browsers keep 4,096 bytes. */
const maxPathChars = 1024;

/** A path on this site; `/` for anything else: another host, a scheme, or a login page. */
export function localPath(to: string | null): string {
  const base = 'http://here.invalid';
  if (to === null || !to.startsWith('/') || !URL.canParse(to, base)) return '/';
  const url = new URL(to, base);
  // A path that begins with two slashes would be a host when it is read again.
  const isOurs = url.origin === base && !url.pathname.startsWith('//');
  const path = url.pathname + url.search;
  return isOurs && path.length <= maxPathChars && !/^\/log(?:in|out)(?:\/|$)/.test(url.pathname) ? path : '/';
}
