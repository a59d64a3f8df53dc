/** Authentication and authorization for the mode that the operator chose. */
import type { IncomingMessage } from 'node:http';
import { visible } from '../../src/core/text/visibleText.ts';
import { never } from '../../src/core/vocabulary.ts';
import type { OriginGuard } from './originGuard.ts';
import { openAuthFile } from '../identity/authFile.ts';
import { oidcFileSchema, proxyFileSchema, type TokenFile, tokenFileSchema } from '../identity/authSchema.ts';
import {
  type Authenticated,
  known,
  type Peer,
  principalOf,
  systemPrincipal,
  unknown,
} from '../identity/principal.ts';
import type { AuthChoice } from '../identity/authMode.ts';
import { cookieScope, readCookie } from '../identity/cookies.ts';
import { type AuthenticationOptions, type Authenticator, createAuthentication } from './authenticate.ts';
import { createGrants, type GrantsOptions } from './grants.ts';
import { createRevocationWatch, type RevocationWatch } from './revocationWatch.ts';
import { createProvider } from './oidc.ts';
import { identifyByProxy, rightsOf } from './proxy.ts';
import { allRights, noRights, type Rights, withView } from '../../src/core/protocol/rights.ts';
import { createSessions, type Sessions } from '../identity/sessions.ts';
import type { SharedSignIns, SignedIn } from '../identity/sharedSignIns.ts';
import { createLoginRoutes, type LoginMethod } from './loginRoutes.ts';
import { entryOf } from '../identity/token.ts';

export type Auth = ReturnType<typeof openAuth>;

export type AuthOptions = GrantsOptions &
  AuthenticationOptions & {
    readonly choice: AuthChoice;
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly date: () => Date;
    /** Undefined where no other server signs the same people in. */
    readonly signIns: SharedSignIns | undefined;
    readonly print: (line: string) => void;
    readonly log: (error: unknown) => void;
  };

/** Throws AuthFileError, with what to write, when the file of the mode is at fault. */
export function openAuth(options: AuthOptions) {
  const authenticator = openAuthenticator(options);
  const { revocationWatch, sessions, socket } = authenticator;
  const compare = () => void sessions?.compare().catch(() => {});
  const timer = setInterval(compare, compareMs).unref();
  const stop = options.signIns?.listen({
    ended(session) {
      sessions?.onEnded(session);
      revocationWatch.check();
    },
    again: compare,
  });
  return {
    ...createAuthentication(authenticator, options),
    grants: createGrants(options),
    ...{ revocationWatch, socket },
    close() {
      clearInterval(timer);
      stop?.();
      revocationWatch.close();
    },
  };
}

/** Sessions that are used at several servers stay open at all of them, and one that has ended ends everywhere even if that was not heard. */
const compareMs = 30_000;

const schemas = { token: tokenFileSchema, proxy: proxyFileSchema, oidc: oidcFileSchema } as const;

/** Throws AuthFileError when the file of the mode is at fault: called before anything else is opened. */
export function checkAuthFile(choice: AuthChoice): void {
  if (choice.mode !== 'local') openAuthFile(choice.file, schemas[choice.mode], () => {});
}

function openAuthenticator(options: AuthOptions): Authenticator {
  const { choice, audit, environment, now, date, signIns, print, log } = options;
  const watchAfter = (reload: () => void) => createRevocationWatch(reload, audit, log);
  const { mode } = choice;
  if (mode === 'local') {
    const identify = (_: IncomingMessage, { peer }: Peer) =>
      known(principalOf('local', peer, { id: '', name: '', rights: () => allRights }));
    const revocationWatch = watchAfter(() => {});
    return { mode, identify, revocationWatch, ...nobodySignsIn, socket: undefined };
  }
  const onChanged = (outcome: string) => {
    print(outcome);
    audit.write({ principal: systemPrincipal, action: 'auth-file', target: choice.file, outcome });
  };
  switch (mode) {
    case 'token': {
      const { get, reload } = openAuthFile(choice.file, tokenFileSchema, onChanged);
      const tokens = () => get()?.tokens ?? [];
      const method = { kind: 'token', personOf: (token: string) => personByToken(token, tokens) } as const;
      return withSessions(options, get, watchAfter(reload), method, (person) =>
        rightsByToken(person, tokens),
      );
    }
    case 'oidc': {
      const { get, reload } = openAuthFile(choice.file, oidcFileSchema, onChanged);
      const provider = createProvider(get, environment, () => date().getTime(), signIns);
      const rights = ({ basis }: SignedIn) => {
        const mapping = get()?.oidc;
        return mapping === undefined ? noRights : rightsOf(mapping, basis);
      };
      return withSessions(options, get, watchAfter(reload), { kind: 'oidc', provider }, rights);
    }
    case 'proxy': {
      const file = openAuthFile(choice.file, proxyFileSchema, onChanged);
      return {
        ...{ mode, ...nobodySignsIn, socket: file.get()?.proxy.socket },
        revocationWatch: watchAfter(file.reload),
        identify: (request, from) => identifyByProxy(request, from, file.get, now),
      };
    }
    default:
      return never(mode);
  }
}

/** In modes where nobody signs in here. */
const nobodySignsIn = { loginRoutes: undefined, sessions: undefined, load: () => undefined } as const;

type Tokens = () => TokenFile['tokens'];

/** Tokens of programs in a header, and sessions of browsers in a cookie. */
function withSessions(
  options: AuthOptions,
  file: () => TokenFile | undefined,
  revocationWatch: RevocationWatch,
  method: LoginMethod,
  rights: (person: SignedIn) => Rights,
): Authenticator {
  const { choice, guard, now, signIns: shared } = options;
  const tokens = () => file()?.tokens ?? [];
  let last = { idleMinutes: 0, absoluteHours: 0 };
  const limits = () => {
    last = file()?.sessions ?? last;
    return { idleMs: last.idleMinutes * 60_000, absoluteMs: last.absoluteHours * 3_600_000 };
  };
  const reserved = (id: string) => tokens().flatMap(({ name }) => (name === id ? [] : [visible(name)]));
  const sessions = createSessions({ limits, now, rightsOf: rights, reserved, shared });
  return {
    ...{ mode: choice.mode, revocationWatch, sessions, socket: undefined },
    loginRoutes: createLoginRoutes({ ...options, method, sessions, onLogout: revocationWatch.check }),
    load: ({ headers: { host, cookie } }) => {
      const scope = cookieScope(guard.originOf(host), guard.base);
      return sessions.load(readCookie(cookie, 'session', scope), readCookie(cookie, 'reading', scope));
    },
    identify: (request, { peer }) => {
      const [, token] = /^Bearer +(.*)$/i.exec(request.headers.authorization ?? '') ?? [];
      if (token === undefined) return bySession(request, peer, guard, sessions);
      const person = personByToken(token, tokens);
      if (person === undefined) return unknown(peer, 'wrong-token');
      return known(principalOf('token', peer, { ...person, rights: () => rightsByToken(person, tokens) }));
    },
  };
}

function bySession(
  request: IncomingMessage,
  peer: string,
  guard: OriginGuard,
  sessions: Sessions,
): Authenticated {
  const scope = cookieScope(guard.originOf(request.headers.host), guard.base);
  const { cookie } = request.headers;
  const session =
    sessions.find(readCookie(cookie, 'session', scope)) ??
    (isNavigation(request) ? sessions.findToRead(readCookie(cookie, 'reading', scope)) : undefined);
  if (session === undefined) return unknown(peer);
  session.touch();
  return known(principalOf('session', peer, session));
}

/** A browser opens an address, as by a link: no part of a page, no script, no socket, no form. */
const isNavigation = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' &&
  headers.upgrade === undefined &&
  (headers['sec-fetch-mode'] ?? 'navigate') === 'navigate';

function personByToken(token: string, tokens: Tokens): SignedIn | undefined {
  const entry = entryOf(token, tokens());
  return entry && { id: entry.name, name: visible(entry.name), basis: [entry.hash] };
}

/** The token's rights as the file has them at each moment: none once the token is removed. */
function rightsByToken({ id, basis: [hash] }: SignedIn, tokens: Tokens): Rights {
  const current = tokens().find((one) => one.hash === hash && one.name === id);
  return current === undefined ? noRights : withView(current.rights);
}
