/** HTTP: the built site, health, and the headers that go with every answer. The socket is left to `socket.ts`. */
import type { Route } from './auth/route.ts';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import sirv from 'sirv';
import { internalError, never } from '../src/core/vocabulary.ts';
import { viewerOf } from './identity/principal.ts';
import type { Door } from './auth/authenticate.ts';
import { pathOf, ruleOf } from './auth/routes.ts';

/** xterm sets colours of 24 bits as style attributes; everything else is external and our own. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  // Nothing on the page makes markup out of text, and nothing may begin to.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

/** `say`: why nothing can be started until somebody has looked after the server. */
export type Health =
  | { readonly ok: true; readonly fleet: string }
  | { readonly ok: false; readonly fleet: string; readonly message: string };

export const healthOf = (fleet: string, fault: string | undefined): Health =>
  fault === undefined ? { ok: true, fleet } : { ok: false, fleet, message: fault };

export type AppOptions = {
  readonly site: string;
  /** Lets in or answers, before anything else is looked at. */
  readonly door: Door;
  readonly health: () => Health;
  /** Records and badges; what they do not answer is a file of the site. */
  readonly records: Route;
  /** A fault of ours, for the log. */
  readonly failed: (error: unknown) => void;
};

/** Answers every request; unknown paths get the site's 404 page. */
export function createApp({ site, door, health, records, failed }: AppOptions): RequestListener {
  const notFound = page(join(site, '404.html'));
  const files = sirv(site, {
    etag: true,
    brotli: true,
    gzip: true,
    dotfiles: false,
    setHeaders: (response, path) =>
      response.setHeader(
        'cache-control',
        path.startsWith('/_astro/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      ),
  });
  return (request: IncomingMessage, response: ServerResponse) => {
    try {
      reply(request, response);
    } catch (error) {
      // One answer that fails must not take the server, and with it everybody's runs, down.
      failed(error);
      if (!response.headersSent) answer(response, 500, 'text/plain', `${internalError}\n`);
      else response.destroy();
    }
  };

  function reply(request: IncomingMessage, response: ServerResponse) {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const principal = door.admit(request, response);
    if (principal === undefined) return;
    // A part of a file of the site is never needed, and a range may always be ignored (RFC 9110, 14.2): sirv 3.0 fails at one that runs backwards.
    delete request.headers.range;
    const fromSite = () =>
      files(request, response, () => answer(response, 404, 'text/html; charset=utf-8', notFound()));
    const { name } = ruleOf(pathOf(request.url));
    switch (name) {
      case 'health': {
        const found = health();
        return answer(response, found.ok ? 200 : 503, 'application/json', JSON.stringify(found));
      }
      case 'who asks':
        return answer(response, 200, 'application/json', JSON.stringify(viewerOf(principal)));
      case 'keeping':
      case 'records':
      case 'changes':
      case 'badges':
        return records(request, response, principal) ? undefined : fromSite();
      // Signing in and out is answered by the door, where there is any; the socket comes by its upgrade.
      case 'signing in':
      case 'signing out':
        return request.method === 'POST'
          ? answer(response, 404, 'text/plain', 'Nobody signs in or out at this server.\n')
          : fromSite();
      case 'the socket':
      case 'the site':
        return fromSite();
      default:
        return never(name);
    }
  }
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.statusCode = status;
  response.setHeader('content-type', type);
  response.setHeader('cache-control', 'no-store');
  response.end(body);
}

function page(file: string): () => string {
  return () => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return 'Not found.\n';
    }
  };
}
