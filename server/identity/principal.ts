/** Who asks: the identity and rights that the rest of the server works with. */
import { noRights, type Rights, type Viewer } from '../../src/core/protocol/rights.ts';
import { never } from '../../src/core/vocabulary.ts';

export type Via = 'local' | 'token' | 'session' | 'proxy' | 'none' | 'server';

/** An identity, and its rights for as long as they last. */
export type Grant = {
  /** For limits, the log and grants: nobody can choose it. Empty for local and anonymous users. */
  readonly id: string;
  /** What others read; invisible characters are written out. May be empty. */
  readonly name: string;
  /** Looked up for each message; empty once every right is lost. */
  rights(): Rights;
};

export type Principal = Grant & {
  readonly via: Via;
  /** The address at the other end of the connection, never one from a header. */
  readonly peer: string;
  /** The rights have expired, and the page gets them back by reconnecting. */
  canReauthenticate(): boolean;
  /** Restarts the idle timeout. */
  touch(): void;
};

/** Where a request comes from. `connection`: the address at its other end. `byProxySocket`: through the Unix socket of the operator's proxy. */
export type Peer = { readonly peer: string; readonly connection: string; readonly byProxySocket: boolean };

export type Authenticated =
  | { readonly kind: 'known'; readonly principal: Principal }
  /** `fault`: why the credentials were not accepted; empty if there were none. */
  | { readonly kind: 'anonymous'; readonly principal: Principal; readonly fault: '' | IdentityFault }
  | { readonly kind: 'malformed'; readonly principal: Principal; readonly message: string };
export type IdentityFault = 'wrong-token' | 'unlisted-proxy' | 'unreadable-identity';

const nobody: Grant = { id: '', name: '', rights: () => noRights };

export const principalOf = (via: Via, peer: string, grant: Grant = nobody): Principal => ({
  ...{ touch() {}, canReauthenticate: () => false },
  ...grant,
  ...{ via, peer },
});
export const anonymous = (peer: string): Principal => principalOf('none', peer);
/** The server itself, for the audit log. */
export const systemPrincipal: Principal = principalOf('server', '');

export const known = (principal: Principal): Authenticated => ({ kind: 'known', principal });
export const unknown = (peer: string, fault: '' | IdentityFault = ''): Authenticated => ({
  ...{ kind: 'anonymous', principal: anonymous(peer), fault },
});
export const malformed = (peer: string, message: string): Authenticated => ({
  ...{ kind: 'malformed', principal: anonymous(peer), message },
});

/** What a page is told about its reader. */
export function viewerOf({ name, via, rights }: Principal): Viewer {
  switch (via) {
    case 'local':
      return { who: { via }, rights: [...rights()] };
    case 'token':
    case 'session':
    case 'proxy':
      return { who: { via, name }, rights: [...rights()] };
    case 'none':
    case 'server':
      throw new Error(`expected an authenticated principal, found ${via}`);
    default:
      return never(via);
  }
}
