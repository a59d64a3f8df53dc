/** The addresses of signing in and out: `/login`, the way to a provider and back, `/logout`. Who gets in anywhere else is left to `door.ts`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Guard } from '../web/guard.ts';
import { answer, answerPage, answerText, fromElsewhere, goTo, placeHere, readForm } from './answer.ts';
import type { Audit } from './audit.ts';
import { type Caller, type Grant, nobody } from './caller.ts';
import { type CookieKind, cookieName, groundOf, readCookie, setCookie } from './cookies.ts';
import type { Buckets } from './limits.ts';
import { type Provider, SignInError } from './oidc.ts';
import { peerOf } from './proxy.ts';
import { pathOf } from './routes.ts';
import { readingId, type Sessions } from './sessions.ts';
import { signInPage, signInStyle, whoPage } from './signInPages.ts';

/** How people sign in on a page of ours. */
export type WayIn =
  | { readonly how: 'token'; readonly grantOf: (token: string) => Grant | undefined }
  | { readonly how: 'oidc'; readonly provider: Provider };

export type SignInOptions = {
  readonly way: WayIn;
  readonly guard: Guard;
  readonly sessions: Sessions;
  readonly audit: Audit;
  /** Wrong tries, by address. */
  readonly tries: Buckets;
  /** A session has ended: what hangs on it ends now. */
  readonly ended: () => void;
  readonly log: (error: unknown) => void;
};

/** Answers one of its addresses; false when it is none. `caller` is who asks now. */
export type SignIn = (request: IncomingMessage, response: ServerResponse, caller: Caller) => boolean;

const wrong =
  'That is no token of this server. Copy it again, whole; or ask for a new one: it may have been taken back.';

export function createSignIn(options: SignInOptions): SignIn {
  const { way, guard, sessions, audit, tries, ended, log } = options;
  const originOf = (request: IncomingMessage) => guard.originOf(request.headers.host);
  const cookieOf = (request: IncomingMessage, kind: CookieKind) =>
    readCookie(request.headers.cookie, kind, groundOf(originOf(request)));
  const enter = (request: IncomingMessage, response: ServerResponse, grant: Grant) => {
    const caller: Caller = { ...nobody(peerOf(request)), id: grant.id, name: grant.name, via: 'session' };
    audit.write({ caller, action: 'login', target: way.how, outcome: 'ok' });
    // What was there before is another session: nobody can bring one along for somebody else to sign in to.
    const ground = groundOf(originOf(request));
    sessions.end(readCookie(request.headers.cookie, 'session', ground));
    const id = sessions.open(grant);
    response.appendHeader('set-cookie', setCookie('session', ground, id));
    response.appendHeader('set-cookie', setCookie('reading', ground, readingId(id)));
  };
  const failed = (request: IncomingMessage, outcome: string) =>
    audit.write({
      ...{ caller: nobody(peerOf(request)), action: 'login', target: way.how },
      outcome: `failed: ${outcome}`,
    });

  const byToken = async (request: IncomingMessage, response: ServerResponse) => {
    if (way.how !== 'token') return answerText(response, 404, 'Nobody signs in with a form here.');
    const form = await readForm(request);
    const grant = way.grantOf(form?.get('token') ?? '');
    const to = placeHere(form?.get('to') ?? null);
    if (grant !== undefined) {
      enter(request, response, grant);
      return goTo(response, to);
    }
    // A right token is never turned away: behind one proxy all have one address, and 256 bits cannot be guessed however often one tries.
    if (!tries.take(peerOf(request), 1)) {
      failed(request, 'too many tries');
      response.setHeader('retry-after', '60');
      return answerPage(
        response,
        429,
        signInPage('token', to, 'Too many wrong tokens. Wait a minute, then try again.'),
      );
    }
    failed(request, 'no such token');
    answerPage(response, 401, signInPage('token', to, wrong));
  };

  const start = async (request: IncomingMessage, response: ServerResponse, to: string) => {
    if (way.how !== 'oidc') return goTo(response, '/login');
    const origin = originOf(request);
    try {
      const { url, cookie } = await way.provider.begin(`${origin}/login/callback`, to);
      response.appendHeader('set-cookie', setCookie('signing-in', groundOf(origin), cookie));
      goTo(response, url);
    } catch (error) {
      refusal(request, response, error, to);
    }
  };

  const callback = async (request: IncomingMessage, response: ServerResponse) => {
    if (way.how !== 'oidc') return goTo(response, '/login');
    const ground = groundOf(originOf(request));
    response.appendHeader('set-cookie', setCookie('signing-in', ground, ''));
    try {
      const url = new URL(request.url ?? '', 'http://here.invalid');
      const { grant, to } = await way.provider.finish(url, cookieOf(request, 'signing-in'));
      enter(request, response, grant);
      goTo(response, to);
    } catch (error) {
      refusal(request, response, error, '/');
    }
  };
  const refusal = (request: IncomingMessage, response: ServerResponse, error: unknown, to: string) => {
    if (!(error instanceof SignInError)) log(error);
    const say =
      error instanceof SignInError ? error.message : 'Signing in failed; the cause is in the server log.';
    failed(request, say);
    answerPage(response, 401, signInPage(way.how, to, say));
  };

  const leave = (request: IncomingMessage, response: ServerResponse, caller: Caller) => {
    const ground = groundOf(originOf(request));
    sessions.end(cookieOf(request, 'session'));
    audit.write({ caller, action: 'logout', target: cookieName('session', ground), outcome: 'ok' });
    for (const kind of ['session', 'reading'] as const)
      response.appendHeader('set-cookie', setCookie(kind, ground, ''));
    response.setHeader('clear-site-data', '"cache"');
    goTo(response, '/login');
    ended();
  };

  return (request, response, caller) => {
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
          caller,
          action: 'refused-origin',
          target: path,
          outcome: request.headers.origin ?? 'none',
        });
        answerText(response, 403, fromElsewhere);
      } else if (path === '/logout') leave(request, response, caller);
      else if (!cannotBegin()) later(byToken(request, response));
      return true;
    }
    if (!isGet) return false;
    switch (path) {
      case '/login':
        answerPage(
          response,
          200,
          caller.name === ''
            ? signInPage(way.how, to(), '')
            : whoPage(caller.name, caller.rights(), caller.via === 'session'),
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
