/** Who may do what on this server: puts together what the chosen mode needs. Each mode has its own file; the doors are `door.ts`. */
import type { IncomingMessage } from 'node:http';
import { visible } from '../../src/core/text/visibleText.ts';
import { never } from '../../src/core/vocabulary.ts';
import type { Guard } from './originGuard.ts';
import type { Audit } from '../audit/audit.ts';
import { openAuthFile } from '../identity/authFile.ts';
import { oidcFileSchema, proxyFileSchema, type TokenFile, tokenFileSchema } from '../identity/authSchema.ts';
import {
  type Peer,
  type Grant,
  anonymous,
  systemPrincipal,
  type Authenticated,
} from '../identity/principal.ts';
import type { AuthChoice } from '../identity/authMode.ts';
import { cookieSettings, readCookie } from '../identity/cookies.ts';
import { createLeash, type RevocationWatch } from './revocationWatch.ts';
import { createProvider } from './oidc.ts';
import { recogniseByProxy } from './proxy.ts';
import { allRights, noRights, withView } from '../../src/core/protocol/rights.ts';
import { createSessions, type Sessions } from '../identity/sessions.ts';
import { createSignIn, type SignIn, type WayIn } from './loginRoutes.ts';
import { entryOf } from '../identity/token.ts';

export type Access = {
  readonly mode: AuthChoice['mode'];
  recognise(request: IncomingMessage, arrival: Peer): Authenticated;
  /** Pages for signing in; nothing where nobody signs in here. */
  readonly signIn: SignIn | undefined;
  readonly revocationWatch: RevocationWatch;
  /** Where the proxy comes in, when it has a door of its own. */
  readonly socket: string | undefined;
  close(): void;
};

export type AccessOptions = {
  readonly choice: AuthChoice;
  readonly guard: Guard;
  readonly audit: Audit;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  /** A line for the operator. */
  readonly print: (line: string) => void;
  readonly log: (error: unknown) => void;
};

/** Throws AuthFileError, with what to write, when the file of the mode is at fault. */
export function openAccess(options: AccessOptions): Access {
  const { choice, audit, now, print, log } = options;
  if (choice.mode === 'local') return openLocal(audit, log);
  const told = (message: string) => {
    print(message);
    audit.write({ principal: systemPrincipal, action: 'auth-file', target: choice.file, outcome: message });
  };
  switch (choice.mode) {
    case 'token': {
      const file = openAuthFile(choice.file, tokenFileSchema, told);
      const tokens = () => file.get()?.tokens ?? [];
      const grantOf = (token: string) => grantBy(token, tokens);
      return withSessions(options, file, tokens, { how: 'token', grantOf });
    }
    case 'oidc': {
      const file = openAuthFile(choice.file, oidcFileSchema, told);
      const provider = createProvider(file.get, options.environment, now);
      return withSessions(options, file, () => file.get()?.tokens ?? [], { how: 'oidc', provider });
    }
    case 'proxy': {
      const file = openAuthFile(choice.file, proxyFileSchema, told);
      const revocationWatch = createLeash(file.look, audit, log);
      return {
        ...{
          mode: 'proxy',
          signIn: undefined,
          revocationWatch,
          socket: file.get()?.proxy.socket,
          close: revocationWatch.close,
        },
        recognise: (request, arrival) => recogniseByProxy(request, arrival, file.get, now),
      };
    }
    default:
      return never(choice);
  }
}

/** Throws AuthFileError when the file of the mode is at fault: asked before anything else is opened. */
export function checkAuthFile(choice: AuthChoice): void {
  if (choice.mode !== 'local') openAuthFile(choice.file, schemas[choice.mode], () => {});
}
const schemas = { token: tokenFileSchema, proxy: proxyFileSchema, oidc: oidcFileSchema } as const;

/** Nobody signs in, and whoever sits at this machine may do everything. */
function openLocal(audit: Audit, log: (error: unknown) => void): Access {
  const revocationWatch = createLeash(() => {}, audit, log);
  return {
    ...{ mode: 'local', signIn: undefined, revocationWatch, socket: undefined, close: revocationWatch.close },
    recognise: (_, { peer }) => ({
      kind: 'known',
      principal: {
        ...{ id: '', name: '', via: 'local', peer },
        rights: () => allRights,
        again: () => false,
        touch() {},
      },
    }),
  };
}

type Tokens = () => TokenFile['tokens'];
type WatchedFile = {
  look(): void;
  get(): { readonly sessions: TokenFile['sessions'] } | undefined;
};

/** Tokens of programs in a header, and sessions of browsers in a cookie. */
function withSessions(
  { choice, guard, audit, now, log }: AccessOptions,
  file: WatchedFile,
  tokens: Tokens,
  way: WayIn,
): Access {
  const revocationWatch = createLeash(file.look, audit, log);
  let last = { idleMinutes: 0, absoluteHours: 0 };
  const limits = () => {
    last = file.get()?.sessions ?? last;
    return { idleMs: last.idleMinutes * 60_000, absoluteMs: last.absoluteHours * 3_600_000 };
  };
  const isToken = (name: string, id: string) =>
    tokens().some((one) => one.name !== id && visible(one.name) === name);
  const sessions = createSessions(limits, now, isToken);
  const signIn = createSignIn({ ...{ way, guard, sessions, audit, ended: revocationWatch.look, now, log } });
  return {
    ...{ mode: choice.mode, signIn, revocationWatch, socket: undefined, close: revocationWatch.close },
    recognise: (request, { peer }) => {
      const [, token] = /^Bearer +(.*)$/i.exec(request.headers.authorization ?? '') ?? [];
      if (token === undefined) return bySession(request, peer, guard, sessions);
      const grant = grantBy(token, tokens);
      if (grant === undefined) return { kind: 'anonymous', principal: anonymous(peer), clue: 'wrong-token' };
      return {
        kind: 'known',
        principal: { ...grant, ...{ via: 'token', peer }, again: () => false, touch() {} },
      };
    },
  };
}

function bySession(request: IncomingMessage, peer: string, guard: Guard, sessions: Sessions): Authenticated {
  const ground = cookieSettings(guard.originOf(request.headers.host));
  const { cookie } = request.headers;
  const session =
    sessions.find(readCookie(cookie, 'session', ground)) ??
    (isNavigation(request) ? sessions.findToRead(readCookie(cookie, 'reading', ground)) : undefined);
  // One whose rights were all taken away is still somebody; one that is over is nobody.
  if (session === undefined) return { kind: 'anonymous', principal: anonymous(peer), clue: '' };
  session.touch();
  return { kind: 'known', principal: { ...session, ...{ via: 'session', peer }, again: () => false } };
}

/** A browser goes to an address, as by a link: no part of a page, no script, no socket, no form. */
const isNavigation = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' &&
  headers.upgrade === undefined &&
  (headers['sec-fetch-mode'] ?? 'navigate') === 'navigate';

/** The token's rights as the file says at each moment: none once it is taken out of the file. */
function grantBy(token: string, tokens: Tokens): Grant | undefined {
  const entry = entryOf(token, tokens());
  if (entry === undefined) return undefined;
  const { name, hash } = entry;
  return {
    ...{ id: name, name: visible(name) },
    rights: () => {
      const present = tokens().find((one) => one.hash === hash && one.name === name);
      return present === undefined ? noRights : withView(present.rights);
    },
  };
}
