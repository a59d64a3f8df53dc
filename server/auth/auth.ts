/** Authentication and authorization for the mode that the operator chose. */
import type { IncomingMessage } from 'node:http';
import { visible } from '../../src/core/text/visibleText.ts';
import { never } from '../../src/core/vocabulary.ts';
import type { OriginGuard } from './originGuard.ts';
import { openAuthFile } from '../identity/authFile.ts';
import { oidcFileSchema, proxyFileSchema, type TokenFile, tokenFileSchema } from '../identity/authSchema.ts';
import {
  type Authenticated,
  type Grant,
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
import { identifyByProxy } from './proxy.ts';
import { allRights, noRights, withView } from '../../src/core/protocol/rights.ts';
import { createSessions, type Sessions } from '../identity/sessions.ts';
import { createLoginRoutes, type LoginMethod } from './loginRoutes.ts';
import { entryOf } from '../identity/token.ts';

export type Auth = ReturnType<typeof openAuth>;

export type AuthOptions = GrantsOptions &
  AuthenticationOptions & {
    readonly choice: AuthChoice;
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly print: (line: string) => void;
    readonly log: (error: unknown) => void;
  };

/** Throws AuthFileError, with what to write, when the file of the mode is at fault. */
export function openAuth(options: AuthOptions) {
  const authenticator = openAuthenticator(options);
  const { revocationWatch, socket } = authenticator;
  return {
    ...createAuthentication(authenticator, options),
    grants: createGrants(options),
    ...{ revocationWatch, socket, close: revocationWatch.close },
  };
}

const schemas = { token: tokenFileSchema, proxy: proxyFileSchema, oidc: oidcFileSchema } as const;

/** Throws AuthFileError when the file of the mode is at fault: called before anything else is opened. */
export function checkAuthFile(choice: AuthChoice): void {
  if (choice.mode !== 'local') openAuthFile(choice.file, schemas[choice.mode], () => {});
}

function openAuthenticator(options: AuthOptions): Authenticator {
  const { choice, audit, environment, now, print, log } = options;
  const watchAfter = (reload: () => void) => createRevocationWatch(reload, audit, log);
  const { mode } = choice;
  if (mode === 'local') {
    const identify = (_: IncomingMessage, { peer }: Peer) =>
      known(principalOf('local', peer, { id: '', name: '', rights: () => allRights }));
    const revocationWatch = watchAfter(() => {});
    return { mode, identify, revocationWatch, loginRoutes: undefined, socket: undefined };
  }
  const onChanged = (outcome: string) => {
    print(outcome);
    audit.write({ principal: systemPrincipal, action: 'auth-file', target: choice.file, outcome });
  };
  switch (mode) {
    case 'token': {
      const { get, reload } = openAuthFile(choice.file, tokenFileSchema, onChanged);
      const grantOf = (token: string) => grantByToken(token, () => get()?.tokens ?? []);
      return withSessions(options, get, watchAfter(reload), { kind: 'token', grantOf });
    }
    case 'oidc': {
      const { get, reload } = openAuthFile(choice.file, oidcFileSchema, onChanged);
      const provider = createProvider(get, environment, now);
      return withSessions(options, get, watchAfter(reload), { kind: 'oidc', provider });
    }
    case 'proxy': {
      const file = openAuthFile(choice.file, proxyFileSchema, onChanged);
      return {
        ...{ mode, loginRoutes: undefined, socket: file.get()?.proxy.socket },
        revocationWatch: watchAfter(file.reload),
        identify: (request, from) => identifyByProxy(request, from, file.get, now),
      };
    }
    default:
      return never(mode);
  }
}

type Tokens = () => TokenFile['tokens'];

/** Tokens of programs in a header, and sessions of browsers in a cookie. */
function withSessions(
  options: AuthOptions,
  file: () => TokenFile | undefined,
  revocationWatch: RevocationWatch,
  method: LoginMethod,
): Authenticator {
  const { choice, guard, now } = options;
  const tokens = () => file()?.tokens ?? [];
  let last = { idleMinutes: 0, absoluteHours: 0 };
  const limits = () => {
    last = file()?.sessions ?? last;
    return { idleMs: last.idleMinutes * 60_000, absoluteMs: last.absoluteHours * 3_600_000 };
  };
  const isToken = (name: string, id: string) =>
    tokens().some((one) => one.name !== id && visible(one.name) === name);
  const sessions = createSessions(limits, now, isToken);
  return {
    ...{ mode: choice.mode, revocationWatch, socket: undefined },
    loginRoutes: createLoginRoutes({ ...options, method, sessions, onLogout: revocationWatch.check }),
    identify: (request, { peer }) => {
      const [, token] = /^Bearer +(.*)$/i.exec(request.headers.authorization ?? '') ?? [];
      if (token === undefined) return bySession(request, peer, guard, sessions);
      const grant = grantByToken(token, tokens);
      return grant === undefined ? unknown(peer, 'wrong-token') : known(principalOf('token', peer, grant));
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

/** The token's rights as the file has them at each moment: none once the token is removed. */
function grantByToken(token: string, tokens: Tokens): Grant | undefined {
  const entry = entryOf(token, tokens());
  if (entry === undefined) return undefined;
  const { name, hash } = entry;
  return {
    ...{ id: name, name: visible(name) },
    rights: () => {
      const current = tokens().find((one) => one.hash === hash && one.name === name);
      return current === undefined ? noRights : withView(current.rights);
    },
  };
}
