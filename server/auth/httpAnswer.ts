/** Small answers of the doors: a status, a text, and headers that keep it out of every cache. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { signInPolicy } from './loginPages.ts';

export function answerText(response: ServerResponse, status: number, message: string): void {
  answer(response, status, 'text/plain; charset=utf-8', `${message}\n`);
}

/** To whoever asks in the name of another site. */
export const fromElsewhere = 'This was not sent from a page of this server.';

/** A page around signing in. With another policy for referrers: a browser sends `Origin: null` with a form of a page that sends none. */
export function answerPage(response: ServerResponse, status: number, page: string): void {
  response.setHeader('content-security-policy', signInPolicy);
  response.setHeader('referrer-policy', 'same-origin');
  answer(response, status, 'text/html; charset=utf-8', page);
}

export function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.statusCode = status;
  response.setHeader('content-type', type);
  response.setHeader('cache-control', 'no-store');
  response.end(body);
}

export function goTo(response: ServerResponse, to: string): void {
  response.setHeader('cache-control', 'no-store');
  response.writeHead(303, { location: to, 'content-length': 0 }).end();
}

/** A person looks at a page, and no program asks. */
export const wantsPage = (request: IncomingMessage): boolean =>
  request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');

const maxFormBytes = 4096;

/** The fields of a posted form; nothing when it is none, or too long, or does not say how long it is. Then nothing of it is read. */
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

/** It goes through a provider in a cookie, of which browsers keep 4,096 bytes. */
const maxPlaceChars = 1024;

/** A place on this site, whatever was asked for: never another host, never a scheme. */
export function placeHere(to: string | null): string {
  const base = 'http://here.invalid';
  if (to === null || !to.startsWith('/') || !URL.canParse(to, base)) return '/';
  const url = new URL(to, base);
  // A path that begins with two slashes would be a host when it is read again.
  const isOurs = url.origin === base && !url.pathname.startsWith('//');
  const place = url.pathname + url.search;
  return isOurs && place.length <= maxPlaceChars && !/^\/log(?:in|out)(?:\/|$)/.test(url.pathname)
    ? place
    : '/';
}
