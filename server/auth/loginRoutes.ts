/** The addresses of signing in and out: `/login`, the way to a provider and back, `/logout`. Who gets in anywhere else is left to `door.ts`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Guard } from './originGuard.ts';
import { answer, answerPage, answerText, fromElsewhere, goTo, placeHere, readForm } from './httpAnswer.ts';
import type { Audit } from '../audit/audit.ts';
import { type Principal, type Grant, anonymous } from '../identity/principal.ts';
import {
  cookieName,
  dropPendingCookies,
  cookieSettings,
  readCookie,
  readPendingCookie,
  setCookie,
  setPendingCookie,
} from '../identity/cookies.ts';
import { createBuckets } from '../identity/rateLimits.ts';
import { type Provider, SignInError } from './oidc.ts';
import { peerOf } from './proxy.ts';
import { pathOf } from './routes.ts';
import { mostSessions, readingId, type Sessions } from '../identity/sessions.ts';
import { signInPage, signInStyle, whoPage } from './loginPages.ts';

/** How people sign in on a page of ours. */
export type WayIn =
  | { readonly how: 'token'; readonly grantOf: (token: string) => Grant | undefined }
  | { readonly how: 'oidc'; readonly provider: Provider };

export type SignInOptions = {
  readonly way: WayIn;
  readonly guard: Guard;
  readonly sessions: Sessions;
  readonly audit: Audit;
  /** A session has ended: what hangs on it ends now. */
  readonly ended: () => void;
  readonly now: () => number;
  readonly log: (error: unknown) => void;
};

/** Answers one of its addresses; false when it is none. `caller` is who asks now. */
export type SignIn = (request: IncomingMessage, response: ServerResponse, principal: Principal) => boolean;

/** Wrong tokens from one address: ten at once, then one every six seconds. */
export const triesPerAddress = { burst: 10, perSecond: 1 / 6 } as const;
/** Sign-ins begun at a provider from one address. Generous: behind one proxy everybody has one. */
export const startsPerAddress = { burst: 60, perSecond: 2 } as const;

const wrong =
  'That is no token of this server. Copy it again, whole; or ask for a new one: it may have been taken back.';

/** Why nobody signs in just now. `wait`: seconds. */
type Full = {
  readonly status: 429 | 503;
  readonly outcome: string;
  readonly wait: number;
  readonly to: string;
  readonly message: string;
};
const returnPath = '/login/callback';

export function createSignIn(options: SignInOptions): SignIn {
  const { way, guard, sessions, audit, ended, now, log } = options;
  const tries = createBuckets(triesPerAddress.burst, triesPerAddress.perSecond, now);
  const starts = createBuckets(startsPerAddress.burst, startsPerAddress.perSecond, now);
  // A flood is one line a minute.
  const lines = createBuckets(1, 1 / 60, now);
  const originOf = (request: IncomingMessage) => guard.originOf(request.headers.host);
  const groundAt = (request: IncomingMessage) => cookieSettings(originOf(request));
  const full = (
    request: IncomingMessage,
    response: ServerResponse,
    { status, outcome, wait, to, message }: Full,
  ) => {
    const [peer, target] = [peerOf(request), pathOf(request.url)];
    if (lines.take(`${target} ${peer}`, 1))
      audit.write({
        ...{ principal: anonymous(peer), action: 'refused-limit', target },
        outcome: `${outcome}; the rest of a minute is not written`,
      });
    response.setHeader('retry-after', String(wait));
    answerPage(response, status, signInPage(way.how, to, message));
  };
  const enter = (request: IncomingMessage, response: ServerResponse, grant: Grant, to: string) => {
    // What was there before is another session: nobody can bring one along for somebody else to sign in to.
    const ground = groundAt(request);
    sessions.end(readCookie(request.headers.cookie, 'session', ground));
    const opened = sessions.open(grant);
    if (opened === undefined)
      return full(request, response, {
        ...{ status: 503, outcome: `${mostSessions.ofAll} sessions are open`, wait: 60, to },
        message:
          'Too many people are signed in here just now. Try again in some minutes; if it stays so, tell whoever runs this server.',
      });
    const { id, name } = opened.grant;
    const principal: Principal = { ...anonymous(peerOf(request)), id, name, via: 'session' };
    audit.write({ principal, action: 'login', target: way.how, outcome: 'ok' });
    response.appendHeader('set-cookie', setCookie('session', ground, opened.id));
    response.appendHeader('set-cookie', setCookie('reading', ground, readingId(opened.id)));
    goTo(response, to);
  };
  const failed = (request: IncomingMessage, outcome: string) =>
    audit.write({
      ...{ principal: anonymous(peerOf(request)), action: 'login', target: way.how },
      outcome: `failed: ${outcome}`,
    });

  const byToken = async (request: IncomingMessage, response: ServerResponse) => {
    if (way.how !== 'token') return answerText(response, 404, 'Nobody signs in with a form here.');
    const form = await readForm(request);
    const grant = way.grantOf(form?.get('token') ?? '');
    const to = placeHere(form?.get('to') ?? null);
    if (grant !== undefined) return enter(request, response, grant, to);
    // A right token is never turned away: behind one proxy all have one address, and 256 bits cannot be guessed however often one tries.
    if (!tries.take(peerOf(request), 1))
      return full(request, response, {
        ...{ status: 429, outcome: 'too many wrong tokens of one address', wait: 60, to },
        message: 'Too many wrong tokens. Wait a minute, then try again.',
      });
    failed(request, 'no such token');
    answerPage(response, 401, signInPage('token', to, wrong));
  };

  const start = async (request: IncomingMessage, response: ServerResponse, to: string) => {
    if (way.how !== 'oidc') return goTo(response, '/login');
    if (!starts.take(peerOf(request), 1))
      return full(request, response, {
        ...{ status: 429, outcome: 'too many sign-ins begun from one address', wait: 10, to },
        message:
          'Very many sign-ins were begun from your address just now. Wait ten seconds, then try again.',
      });
    const [origin, ground] = [originOf(request), groundAt(request)];
    try {
      const { url, state, cookie } = await way.provider.begin(`${origin}${returnPath}`, to);
      for (const set of dropPendingCookies(request.headers.cookie, ground))
        response.appendHeader('set-cookie', set);
      response.appendHeader('set-cookie', setPendingCookie(state, ground, cookie));
      goTo(response, url);
    } catch (error) {
      refusal(request, response, error, to);
    }
  };

  const callback = async (request: IncomingMessage, response: ServerResponse) => {
    if (way.how !== 'oidc') return goTo(response, '/login');
    const ground = groundAt(request);
    const url = new URL(returnPath, originOf(request));
    url.search = (request.url ?? '').slice(pathOf(request.url).length);
    const state = url.searchParams.get('state') ?? '';
    const cookie = readPendingCookie(request.headers.cookie, state, ground);
    if (cookie !== undefined) response.appendHeader('set-cookie', setPendingCookie(state, ground, ''));
    try {
      const { grant, to } = await way.provider.finish(url, cookie);
      enter(request, response, grant, to);
    } catch (error) {
      refusal(request, response, error, '/');
    }
  };
  const refusal = (request: IncomingMessage, response: ServerResponse, error: unknown, to: string) => {
    if (!(error instanceof SignInError)) log(error);
    const message =
      error instanceof SignInError ? error.message : 'Signing in failed; the cause is in the server log.';
    failed(request, message);
    answerPage(response, 401, signInPage(way.how, to, message));
  };

  const leave = (request: IncomingMessage, response: ServerResponse, principal: Principal) => {
    const ground = groundAt(request);
    sessions.end(readCookie(request.headers.cookie, 'session', ground));
    audit.write({ principal, action: 'logout', target: cookieName('session', ground), outcome: 'ok' });
    for (const kind of ['session', 'reading'] as const)
      response.appendHeader('set-cookie', setCookie(kind, ground, ''));
    response.setHeader('clear-site-data', '"cache"');
    goTo(response, '/login');
    ended();
  };

  return (request, response, principal) => {
    const path = pathOf(request.url);
    const later = (work: Promise<void>) =>
      void work.catch((error: unknown) => {
        log(error);
        if (!response.headersSent)
          answerText(response, 500, 'Signing in failed; the cause is in the server log.');
      });
    const isPost = request.method === 'POST';
    const isGet = request.method === 'GET' || request.method === 'HEAD';
    const to = () => placeHere(new URLSearchParams((request.url ?? '').split('?')[1] ?? '').get('to'));
    /** Nobody signs in while that cannot be written down. */
    const cannotBegin = () => {
      const fault = audit.fault();
      if (fault !== undefined) answerPage(response, 503, signInPage(way.how, to(), fault));
      return fault !== undefined;
    };
    if (isPost && (path === '/login' || path === '/logout')) {
      // Another site may send a form here; a browser says from where.
      if (request.headers.origin !== originOf(request)) {
        audit.write({
          principal,
          action: 'refused-origin',
          target: path,
          outcome: request.headers.origin ?? 'none',
        });
        answerText(response, 403, fromElsewhere);
      } else if (path === '/logout') leave(request, response, principal);
      else if (!cannotBegin()) later(byToken(request, response));
      return true;
    }
    if (!isGet) return false;
    switch (path) {
      case '/login':
        answerPage(
          response,
          200,
          principal.name === ''
            ? signInPage(way.how, to(), '')
            : whoPage(principal.name, principal.rights(), principal.via === 'session'),
        );
        return true;
      case '/login/style.css':
        answer(response, 200, 'text/css; charset=utf-8', signInStyle);
        return true;
      case '/login/start':
        if (!cannotBegin()) later(start(request, response, to()));
        return true;
      case '/login/callback':
        if (!cannotBegin()) later(callback(request, response));
        return true;
      default:
        return false;
    }
  };
}
