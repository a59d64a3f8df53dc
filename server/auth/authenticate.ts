/** Authenticates and authorizes HTTP requests and WebSocket upgrades. Every refusal is one line of the audit log. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { subProtocol } from '../../src/core/protocol/version.ts';
import type { OriginGuard } from './originGuard.ts';
import { foreignOrigin, respondPage, respondText, setBase, wantsPage } from './httpResponse.ts';
import type { Audit } from '../audit/audit.ts';
import type { AuditAction } from '../audit/auditLine.ts';
import {
  type Authenticated,
  anonymous,
  malformed,
  type Peer,
  type Principal,
} from '../identity/principal.ts';
import { createOpenCounts } from '../identity/rateLimits.ts';
import type { AuthChoice } from '../identity/authMode.ts';
import type { Theme } from '../files/builtTheme.ts';
import { STATUS_CODES } from '../files/nodeHttp.ts';
import type { LoginRoutes } from './loginRoutes.ts';
import type { Sessions } from '../identity/sessions.ts';
import type { RevocationWatch } from './revocationWatch.ts';
import { connectionOf } from './proxy.ts';
import { missingRights, refusalOf } from '../../src/core/protocol/rights.ts';
import { actionOf, allowedMethods, pathOf, ruleOf } from './routes.ts';
import { accountPage, loginPage } from './loginPages.ts';
import { normalizeTarget } from '../identity/requestTarget.ts';

export type Authenticator = {
  readonly mode: AuthChoice['mode'];
  identify(request: IncomingMessage, from: Peer): Authenticated;
  /** Undefined in modes where nobody signs in here. */
  readonly loginRoutes: LoginRoutes | undefined;
  readonly sessions: Sessions | undefined;
  /** Asks the database who a request is of, if only another server knows. Undefined if there is nothing to wait for. */
  load(request: IncomingMessage): Promise<void> | undefined;
  readonly revocationWatch: RevocationWatch;
  /** Path of the proxy's own Unix socket, if it has one. */
  readonly socket: string | undefined;
};

export type Authentication = ReturnType<typeof createAuthentication>;

type UpgradeResult =
  | { readonly ok: true; readonly principal: Principal; readonly release: () => void }
  /** `status`: code and reason, like `403 Forbidden`. */
  | { readonly ok: false; readonly status: string };

export const maxSocketsPerPerson = 200;
const socketAddress = '/ws';

/** Headers that must not be sent twice: two readers of the request could see two requests. */
const singleHeaders = ['host', 'origin', 'authorization'] as const;

/** On the way back from a provider some browsers send its origin. State and nonce guard this address. */
const returnPath = '/login/callback';

export type AuthenticationOptions = {
  readonly guard: OriginGuard;
  readonly audit: Audit;
  /** Connections that came in at `socket`. */
  readonly byProxySocket: (request: IncomingMessage) => boolean;
  /** The address of whoever sent a request. */
  readonly peerOf: (request: IncomingMessage) => string;
  readonly theme: () => Theme;
};

export function createAuthentication(
  authenticator: Authenticator,
  { guard, audit, byProxySocket, peerOf, theme }: AuthenticationOptions,
) {
  const { mode, loginRoutes, revocationWatch } = authenticator;
  const sockets = createOpenCounts();

  const write = (request: IncomingMessage, principal: Principal, action: AuditAction, outcome: string) =>
    audit.write({ principal, action, target: pathOf(request.url), outcome });
  const identify = (request: IncomingMessage): Authenticated => {
    const from = {
      ...{ peer: peerOf(request), connection: connectionOf(request) },
      byProxySocket: byProxySocket(request),
    };
    const doubled = singleHeaders.find((name) => (request.headersDistinct[name]?.length ?? 0) > 1);
    return doubled === undefined
      ? authenticator.identify(request, from)
      : malformed(from.peer, `The header ${doubled} was sent twice.`);
  };

  const rejectUnauthorized = (
    request: IncomingMessage,
    response: ServerResponse,
    found: Authenticated,
    missing: string,
  ) => {
    const { principal } = found;
    if (found.kind === 'known') {
      write(request, principal, 'refused-right', `needs ${missing}`);
      return wantsPage(request)
        ? respondPage(response, 403, accountPage(principal), theme())
        : respondText(response, 403, refusalOf(missing));
    }
    if (found.kind === 'anonymous' && found.fault !== '')
      write(request, principal, 'refused-identity', found.fault);
    else write(request, principal, 'refused-right', 'not signed in');
    if (mode !== 'proxy') response.setHeader('www-authenticate', 'Bearer');
    if (!wantsPage(request))
      return respondText(response, 401, 'Sign in first, or send a token: Authorization: Bearer vantage_…');
    respondPage(response, 401, loginPage(mode === 'local' ? 'token' : mode, request.url ?? '/', ''), theme());
  };

  return {
    load: authenticator.load,
    peerOf,
    /** Who asks; or undefined, and then the request is answered. Its session must be loaded. */
    authenticate(request: IncomingMessage, response: ServerResponse): Principal | undefined {
      const reject = (
        status: number,
        action: AuditAction,
        outcome: string,
        message: string,
        by = anonymous(peerOf(request)),
      ) => {
        write(request, by, action, outcome);
        respondText(response, status, message);
        return undefined;
      };
      setBase(response, guard.base);
      if (!normalizeTarget(request, guard.base))
        return reject(
          400,
          'refused-request',
          'unknown form of request target',
          'Expected a path, or an address that begins with http:// or https://.',
        );
      const { host, origin } = request.headers;
      if (!guard.allowsHost(host))
        return reject(
          host === undefined ? 400 : 421,
          'refused-host',
          host ?? 'none',
          `This server does not answer for the host "${host ?? ''}". Open it at the address that it printed, or start it with --origin.`,
        );
      const found = identify(request);
      const { principal } = found;
      if (found.kind === 'malformed') return reject(400, 'refused-identity', found.message, found.message);
      const path = pathOf(request.url);
      // Browsers send an Origin with every form and cross-site fetch; programs send none.
      if (origin !== undefined && !guard.allowsOrigin(origin) && path !== returnPath)
        return reject(403, 'refused-origin', origin, foreignOrigin);
      const rule = ruleOf(path);
      const action = actionOf(rule, request.method);
      if (action === undefined) {
        response.setHeader('allow', allowedMethods(rule));
        respondText(response, 405, `Only ${allowedMethods(rule)} is answered here.`);
        return undefined;
      }
      // A form without an Origin comes from no browser; only with a token is it known to come from a program.
      if (request.method === 'POST' && origin === undefined && principal.via !== 'token')
        return reject(403, 'refused-origin', 'none', foreignOrigin, principal);
      if (mode !== 'local') response.setHeader('vary', 'cookie, authorization');
      if (loginRoutes?.(request, response, principal)) return undefined;
      const missing = missingRights(action.ask, [], principal.rights());
      if (missing !== undefined) {
        rejectUnauthorized(request, response, found, missing);
        return undefined;
      }
      if (mode !== 'local' && found.kind === 'known') {
        const onRevoked = () => void response.destroy();
        response.once('close', revocationWatch.watch({ principal, target: path, onRevoked }));
      }
      return principal;
    },

    /** `count` sockets are open, of `most`. */
    authorizeUpgrade(request: IncomingMessage, count: number, most: number): UpgradeResult {
      const isTarget = normalizeTarget(request, guard.base);
      const { host, origin, 'sec-websocket-protocol': protocols } = request.headers;
      const found = identify(request);
      const { principal } = found;
      // Early refusals are logged as anonymous: another site may have sent the request, not the signed-in user.
      const stranger = anonymous(principal.peer);
      const reject = (status: number, action: AuditAction, outcome: string, by = stranger): UpgradeResult => {
        write(request, by, action, outcome);
        return { ok: false, status: `${status} ${STATUS_CODES[status]}` };
      };
      if (!isTarget) return reject(400, 'refused-upgrade', 'unknown form of request target');
      if (request.url !== socketAddress) return reject(404, 'refused-upgrade', 'unknown address');
      if (host === undefined) return reject(400, 'refused-host', 'none');
      if (!guard.allowsHost(host)) return reject(421, 'refused-host', host);
      if (!guard.allowsOrigin(origin)) return reject(403, 'refused-origin', origin ?? 'none');
      if (found.kind === 'malformed') return reject(400, 'refused-identity', found.message);
      if (request.httpVersion !== '1.1') return reject(400, 'refused-upgrade', `HTTP/${request.httpVersion}`);
      if (protocols?.split(/,\s*/).includes(subProtocol) !== true)
        return reject(400, 'refused-upgrade', 'another version of the protocol');
      if (found.kind === 'anonymous')
        return found.fault === ''
          ? reject(401, 'refused-right', 'not signed in')
          : reject(401, 'refused-identity', found.fault);
      const missing = missingRights('view', [], principal.rights());
      if (missing !== undefined) return reject(403, 'refused-right', `needs ${missing}`, principal);
      if (count >= most) return reject(503, 'refused-limit', `${most} sockets are open`);
      const release = mode === 'local' ? () => {} : sockets.acquire(principal.id, maxSocketsPerPerson);
      return release === undefined
        ? reject(503, 'refused-limit', `${maxSocketsPerPerson} sockets of one person are open`, principal)
        : { ok: true, principal, release };
    },
  };
}
