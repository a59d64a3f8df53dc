/** HTTP: the built site, records, health, and the headers of every response. */
import { readFileSync } from 'node:fs';
import type { RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import sirv from 'sirv';
import { internalError, never } from '../src/core/vocabulary.ts';
import { viewerOf } from './identity/principal.ts';
import type { Authentication } from './auth/authenticate.ts';
import { baseOf, redirect, respond, respondText } from './auth/httpResponse.ts';
import { type LaterRoute, pathOf, ruleOf } from './auth/routes.ts';

/** xterm sets 24-bit colours as style attributes; everything else is external and our own. */
export const contentSecurityPolicy = policyFor(["'none'"]);

/** `frames`: what may show a page of ours in a frame. */
function policyFor(frames: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${frames.join(' ')}`,
    // Nothing on the page turns text into markup, and nothing may begin to.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** The page of one check, the only one that another site may show. */
const checkPage = /^\/[a-z0-9-]+\/[a-z0-9-]+\/?$/;
/** What that site loads for it. */
const embedScript = '/embed.js';

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

/** `ok`: this server can answer readers. `message`: why nothing can be started until the operator has looked. */
export type Health = {
  readonly ok: boolean;
  readonly server: string;
  readonly fleet: string;
  readonly store: 'ready' | 'failed';
  readonly message?: string;
};

/**
 * `store.shared`: other servers have it too. `fleets`: the state of each fleet; health tells the worst of them. Without its data folder a server is of no use. A database that several
 * servers share fails for all of them at once: whoever then takes out each server takes the pages away, which can still be read.
 */
export function healthOf(
  server: string,
  fleets: readonly string[],
  store: { fault(): string | undefined; readonly shared?: object },
): Health {
  const fleet = ['none', 'starting'].find((state) => fleets.includes(state)) ?? 'ready';
  const message = store.fault();
  if (message === undefined) return { ok: true, server, fleet, store: 'ready' };
  return { ok: store.shared !== undefined, server, fleet, store: 'failed', message };
}

export type AppOptions = {
  readonly site: string;
  /** Origins of other sites that may show a check of ours in a frame. */
  readonly embed: readonly string[];
  readonly auth: Authentication;
  readonly health: () => Health;
  /** Records, badges, and last runs on pages of the site; what this does not answer is a file of the site. */
  readonly records: LaterRoute;
  readonly failed: (error: unknown) => void;
};

export function createApp({ site, embed, auth, health, records, failed }: AppOptions): RequestListener {
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
  const framedPolicy = policyFor(embed);
  /** One failed answer must not end the server and everybody's runs. */
  const fail = (response: ServerResponse, error: unknown) => {
    failed(error);
    if (response.headersSent) response.destroy();
    else respondText(response, 500, internalError);
  };
  const answer: RequestListener = (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const principal = auth.authenticate(request, response);
    if (principal === undefined) return;
    // A range may always be ignored (RFC 9110, 14.2), and sirv 3.0 fails at one that runs backwards.
    delete request.headers.range;
    if (request.url === baseOf(response).slice(0, -1)) return redirect(response, '/');
    const fromSite = () =>
      files(request, response, () => respond(response, 404, 'text/html; charset=utf-8', notFoundPage(site)));
    const recordsOrSite = () =>
      void records(request, response, principal)
        .then((isAnswered) => isAnswered || fromSite())
        .catch((error: unknown) => fail(response, error));
    const path = pathOf(request.url);
    const { name } = ruleOf(path);
    if (embed.length > 0 && name === 'the site') {
      if (checkPage.test(path)) response.setHeader('content-security-policy', framedPolicy);
      if (path === embedScript) response.setHeader('cross-origin-resource-policy', 'cross-origin');
    }
    switch (name) {
      case 'health': {
        const found = health();
        return respond(response, found.ok ? 200 : 503, 'application/json', JSON.stringify(found));
      }
      case 'who asks':
        return respond(response, 200, 'application/json', JSON.stringify(viewerOf(principal)));
      case 'keeping':
      case 'records':
      case 'changes':
      case 'badges':
      case 'the site':
        return recordsOrSite();
      // The login routes have answered already, if this mode has any.
      case 'signing in':
      case 'signing out':
        return request.method === 'POST'
          ? respondText(response, 404, 'Nobody signs in or out at this server.')
          : fromSite();
      case 'the socket':
        return fromSite();
      default:
        return never(name);
    }
  };
  const answerOrFail: RequestListener = (request, response) => {
    try {
      answer(request, response);
    } catch (error) {
      fail(response, error);
    }
  };
  return (request, response) => {
    const loading = auth.load(request);
    if (loading === undefined) return answerOrFail(request, response);
    loading.then(
      () => answerOrFail(request, response),
      () => respondText(response.setHeader('retry-after', '5'), 503, nobodyKnown),
    );
  };
}

const nobodyKnown =
  'The database that knows who is signed in cannot be asked just now. You stay signed in: try again in a moment.';

function notFoundPage(site: string): string {
  try {
    return readFileSync(join(site, '404.html'), 'utf8');
  } catch {
    return 'Not found.\n';
  }
}
