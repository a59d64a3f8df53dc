/** The two doors, HTTP and the upgrade: who comes in, and what those hear who do not. Every refusal is one line in the audit log. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Guard } from './originGuard.ts';
import type { Access } from './auth.ts';
import { answerPage, answerText, fromElsewhere, wantsPage } from './httpAnswer.ts';
import type { Audit } from '../audit/audit.ts';
import type { AuditAction } from '../audit/auditLine.ts';
import { type Principal, anonymous, type Authenticated } from '../identity/principal.ts';
import { type Counts, createCounts } from '../identity/rateLimits.ts';
import { peerOf } from './proxy.ts';
import { missingRights, refusalOf } from '../../src/core/protocol/rights.ts';
import { allowOf, doesOf, pathOf, ruleOf } from './routes.ts';
import { signInPage, whoPage } from './loginPages.ts';
import { normalizeTarget } from '../identity/requestTarget.ts';

export type Door = {
  /** Lets a request in, and says who asks; or answers it: then it is nothing. */
  admit(request: IncomingMessage, response: ServerResponse): Principal | undefined;
  /** Lets a page's socket in, or says with which status it is refused. */
  knock(request: IncomingMessage, sockets: Seats): Knock;
  /** Somebody who was let in could not make a socket of it. */
  spoiled(request: IncomingMessage, message: string): void;
  /** A page's socket said what no page says, and is closed for it. */
  broke(principal: Principal, message: string): void;
  /** A page's socket is closed because more waits for it than may. */
  exceeded(principal: Principal, message: string): void;
};

export type Knock =
  | { readonly in: true; readonly principal: Principal; readonly leave: () => void }
  | { readonly in: false; readonly status: string };

/** What the socket itself asks for, and how many there are. */
export type Seats = {
  readonly path: string;
  readonly subProtocol: string;
  readonly taken: number;
  readonly most: number;
};

export type DoorOptions = {
  readonly access: Access;
  readonly guard: Guard;
  readonly audit: Audit;
  /** Connections that come through the proxy's own socket. */
  readonly byProxySocket: (request: IncomingMessage) => boolean;
};

/** Sockets of one person, and of one address that is not this machine's own. */
export const mostPerPerson = 200;

/** Headers of which a second one would make two readers of a request see two requests. */
const single = ['host', 'origin', 'authorization'] as const;

/** Where a sign-in provider sends its people back to; some browsers then still name the provider's form. State and nonce guard it. */
const returnPath = '/login/callback';

export function createDoor({ access, guard, audit, byProxySocket }: DoorOptions): Door {
  const persons: Counts = createCounts();

  const note = (principal: Principal, action: AuditAction, target: string, outcome: string) =>
    audit.write({ principal, action, target, outcome });
  const recognise = (request: IncomingMessage): Authenticated => {
    const arrival = { peer: peerOf(request), byProxySocket: byProxySocket(request) };
    const doubled = single.find((name) => (request.headersDistinct[name]?.length ?? 0) > 1);
    if (doubled !== undefined)
      return {
        kind: 'malformed',
        principal: anonymous(arrival.peer),
        message: `The header ${doubled} came twice.`,
      };
    return access.recognise(request, arrival);
  };
  /** What somebody showed who was not recognised by it. True when that is in the log now. */
  const noteClue = (found: Authenticated, path: string): boolean => {
    if (found.kind !== 'anonymous' || found.clue === '') return false;
    note(found.principal, 'refused-identity', path, found.clue);
    return true;
  };

  const turnAway = (
    request: IncomingMessage,
    response: ServerResponse,
    found: Authenticated,
    missing: string,
  ) => {
    const { principal } = found;
    const path = pathOf(request.url);
    const how = access.mode === 'local' ? 'token' : access.mode;
    const to = request.url ?? '/';
    if (found.kind === 'known') {
      note(principal, 'refused-right', path, `needs ${missing}`);
      if (wantsPage(request))
        return answerPage(
          response,
          403,
          whoPage(principal.name, principal.rights(), principal.via === 'session'),
        );
      return answerText(response, 403, refusalOf(missing));
    }
    if (!noteClue(found, path)) note(principal, 'refused-right', path, 'not signed in');
    if (access.mode !== 'proxy') response.setHeader('www-authenticate', 'Bearer');
    if (wantsPage(request)) return answerPage(response, 401, signInPage(how, to, ''));
    answerText(response, 401, 'Sign in first, or send a token: Authorization: Bearer vantage_…');
  };

  return {
    admit(request, response) {
      if (!normalizeTarget(request)) {
        note(anonymous(peerOf(request)), 'refused-request', request.url ?? '', 'no such form of a target');
        answerText(response, 400, 'Expected a path, or an address that begins with http:// or https://.');
        return undefined;
      }
      const { host } = request.headers;
      const path = pathOf(request.url);
      if (!guard.host(host)) {
        note(anonymous(peerOf(request)), 'refused-host', path, host ?? 'none');
        answerText(
          response,
          host === undefined ? 400 : 421,
          `This server does not answer for the host "${host ?? ''}". Open it at the address that it printed, or start it with --origin.`,
        );
        return undefined;
      }
      const found = recognise(request);
      if (found.kind === 'malformed') {
        note(found.principal, 'refused-identity', path, found.message);
        answerText(response, 400, found.message);
        return undefined;
      }
      // A browser sends it with every form, and with what a page elsewhere asks for under its own name; programs send none.
      const { origin } = request.headers;
      if (origin !== undefined && !guard.origin(origin) && path !== returnPath) {
        note(anonymous(peerOf(request)), 'refused-origin', path, origin);
        answerText(response, 403, fromElsewhere);
        return undefined;
      }
      const rule = ruleOf(path);
      const does = doesOf(rule, request.method);
      if (does === undefined) {
        response.setHeader('allow', allowOf(rule));
        answerText(response, 405, `Only ${allowOf(rule)} is answered here.`);
        return undefined;
      }
      const { principal } = found;
      // With a form a browser always says where it comes from; only a program that shows a token is known not to be led by a page.
      if (request.method === 'POST' && origin === undefined && principal.via !== 'token') {
        note(principal, 'refused-origin', path, 'none');
        answerText(response, 403, fromElsewhere);
        return undefined;
      }
      if (access.mode !== 'local') response.setHeader('vary', 'cookie, authorization');
      if (access.signIn?.(request, response, principal)) return undefined;
      const missing = missingRights(does.ask, [], principal.rights());
      if (missing !== undefined) {
        turnAway(request, response, found, missing);
        return undefined;
      }
      if (access.mode !== 'local' && found.kind === 'known') {
        const leave = access.revocationWatch.hold(principal, path, () => response.destroy());
        response.once('close', leave);
      }
      return principal;
    },

    knock(request, { path, subProtocol, taken, most }) {
      const isTarget = normalizeTarget(request);
      const { host, origin } = request.headers;
      const found = recognise(request);
      // Whoever is refused before it matters who they are is a stranger: a page elsewhere, not the person in front of it.
      const stranger = anonymous(found.principal.peer);
      const refuse = (status: string, action: AuditAction, outcome: string, by = stranger): Knock => {
        note(by, action, pathOf(request.url), outcome);
        return { in: false, status };
      };
      if (!isTarget) return refuse('400 Bad Request', 'refused-upgrade', 'no such form of a target');
      if (request.url !== path) return refuse('404 Not Found', 'refused-upgrade', 'no such address');
      if (host === undefined) return refuse('400 Bad Request', 'refused-host', 'none');
      if (!guard.host(host)) return refuse('421 Misdirected Request', 'refused-host', host);
      if (!guard.origin(origin)) return refuse('403 Forbidden', 'refused-origin', origin ?? 'none');
      if (found.kind === 'malformed') return refuse('400 Bad Request', 'refused-identity', found.message);
      if (request.httpVersion !== '1.1')
        return refuse('400 Bad Request', 'refused-upgrade', `HTTP/${request.httpVersion}`);
      if (request.headers['sec-websocket-protocol']?.split(/,\s*/).includes(subProtocol) !== true)
        return refuse('400 Bad Request', 'refused-upgrade', 'another version of the protocol');
      const { principal } = found;
      if (found.kind === 'anonymous')
        return found.clue === ''
          ? refuse('401 Unauthorized', 'refused-right', 'not signed in')
          : refuse('401 Unauthorized', 'refused-identity', found.clue);
      const missing = missingRights(doesOf(ruleOf(path), 'GET')?.ask ?? 'view', [], principal.rights());
      if (missing !== undefined)
        return refuse('403 Forbidden', 'refused-right', `needs ${missing}`, principal);
      if (taken >= most)
        return refuse('503 Service Unavailable', 'refused-limit', `${most} sockets are open`);
      const leave = access.mode === 'local' ? () => {} : persons.enter(principal.id, mostPerPerson);
      if (leave === undefined)
        return refuse(
          '503 Service Unavailable',
          'refused-limit',
          `${mostPerPerson} sockets of one person are open`,
          principal,
        );
      return { in: true, principal, leave };
    },

    spoiled: (request, message) =>
      note(anonymous(peerOf(request)), 'refused-upgrade', pathOf(request.url), message),
    broke: (principal, message) => note(principal, 'refused-message', '/ws', message),
    exceeded: (principal, message) => note(principal, 'refused-limit', '/ws', message),
  };
}
