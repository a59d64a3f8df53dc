/** The routes for signing in and out: `/login`, the way to a provider and back, `/logout`. */
import type { IncomingMessage } from 'node:http';
import { internalError } from '../../src/core/vocabulary.ts';
import type { OriginGuard } from './originGuard.ts';
import {
  foreignOrigin,
  localPath,
  readForm,
  redirect,
  respond,
  respondPage,
  respondText,
} from './httpResponse.ts';
import type { Audit } from '../audit/audit.ts';
import type { Theme } from '../files/builtTheme.ts';
import { anonymous, principalOf } from '../identity/principal.ts';
import {
  cookieName,
  cookieScope,
  dropPendingCookies,
  readCookie,
  readPendingCookie,
  setCookie,
  setPendingCookie,
} from '../identity/cookies.ts';
import { createTokenBuckets } from '../identity/rateLimits.ts';
import { type Provider, SignInError } from './oidc.ts';
import { pathOf, type Route } from './routes.ts';
import { maxSessions, readingId, type Sessions } from '../identity/sessions.ts';
import type { SignedIn } from '../identity/sharedSignIns.ts';
import { accountPage, type LoginPage, loginPage, loginStyle } from './loginPages.ts';

export type LoginMethod =
  | { readonly kind: 'token'; readonly personOf: (token: string) => SignedIn | undefined }
  | { readonly kind: 'oidc'; readonly provider: Provider };

export type LoginOptions = {
  readonly method: LoginMethod;
  readonly guard: OriginGuard;
  readonly peerOf: (request: IncomingMessage) => string;
  readonly theme: () => Theme;
  readonly sessions: Pick<Sessions, 'open' | 'end'>;
  readonly audit: Audit;
  readonly onLogout: () => void;
  readonly now: () => number;
  readonly log: (error: unknown) => void;
};

export type LoginRoutes = Route;

export const wrongTokensPerAddress = { burst: 10, perSecond: 1 / 6 } as const;
/** Sign-ins begun at a provider from one address. Generous: behind one proxy everybody has one. */
export const signInsPerAddress = { burst: 60, perSecond: 2 } as const;

const wrongToken =
  'This server does not know that token. Copy all of it again, or ask for a new one: it may have been revoked.';

/** Nobody can sign in just now. `wait`: seconds. */
type Limit = {
  readonly status: 429 | 503;
  readonly outcome: string;
  readonly wait: number;
  readonly message: string;
};
const limits = {
  wrongTokens: {
    status: 429,
    outcome: 'too many wrong tokens of one address',
    wait: 60,
    message: 'Too many wrong tokens. Wait a minute, then try again.',
  },
  signIns: {
    status: 429,
    outcome: 'too many sign-ins begun from one address',
    wait: 10,
    message: 'Very many sign-ins were begun from your address just now. Wait ten seconds, then try again.',
  },
  sessions: {
    status: 503,
    outcome: `${maxSessions.ofAll} sessions are open`,
    wait: 60,
    message:
      'Too many people are signed in here just now. Try again in some minutes; if it stays so, tell the operator of this server.',
  },
} as const satisfies Record<string, Limit>;

const returnPath = '/login/callback';
const signInFailed = 'Signing in failed; the cause is in the server log.';
const stillSignedIn =
  'You are still signed in: the database that knows it cannot be changed just now. Try again in a moment.';

export function createLoginRoutes(options: LoginOptions): LoginRoutes {
  const { method, guard, sessions, audit, peerOf, now, log } = options;
  const { kind } = method;
  const wrongTokens = createTokenBuckets(wrongTokensPerAddress.burst, wrongTokensPerAddress.perSecond, now);
  const signIns = createTokenBuckets(signInsPerAddress.burst, signInsPerAddress.perSecond, now);
  // A flood is one line a minute.
  const lines = createTokenBuckets(1, 1 / 60, now);

  return (request, response, principal) => {
    const path = pathOf(request.url);
    if (!/^\/log(?:in|out)/.test(path)) return false;
    const { headers } = request;
    const peer = peerOf(request);
    const origin = guard.originOf(headers.host);
    const site = guard.siteOf(headers.host);
    const scope = cookieScope(origin, guard.base);
    const addCookie = (cookie: string) => void response.appendHeader('set-cookie', cookie);
    const showPage = (status: number, page: LoginPage) =>
      respondPage(response, status, page, options.theme());
    const query = () => new URLSearchParams((request.url ?? '').split('?')[1] ?? '');

    const rejectByLimit = ({ status, outcome, wait, message }: Limit, to: string) => {
      if (lines.take(`${path} ${peer}`, 1))
        audit.write({
          ...{ principal: anonymous(peer), action: 'refused-limit', target: path },
          outcome: `${outcome}; the rest of a minute is not written`,
        });
      response.setHeader('retry-after', String(wait));
      showPage(status, loginPage(kind, to, message));
    };
    const auditFailure = (message: string) =>
      audit.write({
        ...{ principal: anonymous(peer), action: 'login', target: kind, outcome: `failed: ${message}` },
      });
    const openSession = async (person: SignedIn, to: string) => {
      // Signing in always ends the old session, so nobody can plant one of their own.
      await sessions.end(readCookie(headers.cookie, 'session', scope));
      const opened = await sessions.open(person);
      if (opened === undefined) return rejectByLimit(limits.sessions, to);
      const signedIn = { ...principalOf('session', peer), id: person.id, name: opened.name };
      audit.write({ principal: signedIn, action: 'login', target: kind, outcome: 'ok' });
      addCookie(setCookie('session', scope, opened.id));
      addCookie(setCookie('reading', scope, readingId(opened.id)));
      redirect(response, to);
    };
    const rejectSignIn = (error: unknown, to: string) => {
      const isKnown = error instanceof SignInError;
      if (!isKnown) log(error);
      const message = isKnown ? error.message : signInFailed;
      auditFailure(message);
      showPage(401, loginPage(kind, to, message));
    };

    const byToken = async () => {
      if (method.kind !== 'token') return respondText(response, 404, 'Nobody signs in with a form here.');
      const form = await readForm(request);
      const person = method.personOf(form?.get('token') ?? '');
      const to = localPath(form?.get('to') ?? null);
      // A correct token always works: behind one proxy all share an address, and 256 bits cannot be guessed.
      if (person !== undefined) return openSession(person, to);
      if (!wrongTokens.take(peer, 1)) return rejectByLimit(limits.wrongTokens, to);
      auditFailure('unknown token');
      showPage(401, loginPage('token', to, wrongToken));
    };
    const beginSignIn = async () => {
      if (method.kind !== 'oidc') return redirect(response, '/login');
      const to = localPath(query().get('to'));
      if (!signIns.take(peer, 1)) return rejectByLimit(limits.signIns, to);
      try {
        const { url, state, cookie } = await method.provider.begin(`${site}${returnPath}`, to);
        dropPendingCookies(headers.cookie, scope).forEach(addCookie);
        addCookie(setPendingCookie(state, scope, cookie));
        redirect(response, url);
      } catch (error) {
        rejectSignIn(error, to);
      }
    };
    const finishSignIn = async () => {
      if (method.kind !== 'oidc') return redirect(response, '/login');
      const url = new URL(`${site}${returnPath}`);
      url.search = (request.url ?? '').slice(path.length);
      const state = url.searchParams.get('state') ?? '';
      const cookie = readPendingCookie(headers.cookie, state, scope);
      if (cookie !== undefined) addCookie(setPendingCookie(state, scope, ''));
      try {
        const { person, to } = await method.provider.finish(url, cookie);
        await openSession(person, to);
      } catch (error) {
        rejectSignIn(error, '/');
      }
    };
    const logOut = async () => {
      try {
        await sessions.end(readCookie(headers.cookie, 'session', scope));
      } catch {
        // The database has told the operator.
        return respondText(response, 503, stillSignedIn);
      }
      audit.write({ principal, action: 'logout', target: cookieName('session', scope), outcome: 'ok' });
      for (const cookie of ['session', 'reading'] as const) addCookie(setCookie(cookie, scope, ''));
      response.setHeader('clear-site-data', '"cache"');
      redirect(response, '/login');
      options.onLogout();
    };

    const orFail = (work: () => Promise<void>, message: string) =>
      void work().catch((error: unknown) => {
        log(error);
        if (!response.headersSent) respondText(response, 500, message);
      });
    const unlessFault = (work: () => Promise<void>) => {
      const fault = audit.fault();
      if (fault !== undefined) return showPage(503, loginPage(kind, localPath(query().get('to')), fault));
      orFail(work, signInFailed);
    };
    const withOwnOrigin = (work: () => void) => {
      if (headers.origin === origin) return work();
      const outcome = headers.origin ?? 'none';
      audit.write({ principal, action: 'refused-origin', target: path, outcome });
      respondText(response, 403, foreignOrigin);
    };
    const showLogin = () => {
      const { name } = principal;
      const page = name === '' ? loginPage(kind, localPath(query().get('to')), '') : accountPage(principal);
      showPage(200, page);
    };

    const handlers: Readonly<Record<string, () => void>> = {
      'POST /login': () => withOwnOrigin(() => unlessFault(byToken)),
      'POST /logout': () => withOwnOrigin(() => orFail(logOut, internalError)),
      'GET /login': showLogin,
      'GET /login/style.css': () =>
        respond(response, 200, 'text/css; charset=utf-8', loginStyle(options.theme().css)),
      'GET /login/start': () => unlessFault(beginSignIn),
      [`GET ${returnPath}`]: () => unlessFault(finishSignIn),
    };
    const handler = handlers[`${request.method === 'HEAD' ? 'GET' : request.method} ${path}`];
    handler?.();
    return handler !== undefined;
  };
}
