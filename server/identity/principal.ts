/** Who asks, as the rest of the server sees them. How they are recognised is left to the modes. */
import { noRights, type Rights } from '../../src/core/protocol/rights.ts';
import type { Viewer } from '../../src/core/protocol/viewer.ts';
import { never } from '../../src/core/vocabulary.ts';

/** How somebody was recognised. */
export type Via = 'local' | 'token' | 'session' | 'proxy' | 'none' | 'server';

export type Principal = {
  /** Who it is, for limits, the log and grants: nobody can choose it. Empty for nobody in particular. */
  readonly id: string;
  /** What others read; marks that nobody sees are written out in it. Empty for nobody in particular. */
  readonly name: string;
  readonly via: Via;
  /** The address at the other end of the connection, never one out of a header. */
  readonly peer: string;
  /** What they may do now. Asked for each message; empty when they have lost everything. */
  rights(): Rights;
  /** Their rights are over only until they are asked for anew, which their page does by itself. */
  again(): boolean;
  /** They did something: what ends after a time without that begins anew. */
  touch(): void;
};

/** Who it is and their rights, for as long as they last. */
export type Grant = Pick<Principal, 'id' | 'name'> & { rights(): Rights };

/** Where a connection comes from. */
export type Peer = {
  readonly peer: string;
  /** Through the Unix socket of the operator's own proxy. */
  readonly byProxySocket: boolean;
};

export type Authenticated =
  | { readonly kind: 'known'; readonly principal: Principal }
  /** `clue`: why what was shown was not accepted; empty when nothing was shown. */
  | { readonly kind: 'anonymous'; readonly principal: Principal; readonly clue: '' | Clue }
  | { readonly kind: 'malformed'; readonly principal: Principal; readonly message: string };
export type Clue = 'wrong-token' | 'unlisted-proxy' | 'unreadable-identity';

export const anonymous = (peer: string): Principal => ({
  ...{ id: '', name: '', via: 'none', peer },
  rights: () => noRights,
  again: () => false,
  touch() {},
});

/** The server itself, for the audit log. */
export const systemPrincipal: Principal = { ...anonymous(''), via: 'server' };

/** What the page of somebody who was let in is told of them. */
export function viewerOf({ name, via, rights }: Principal): Viewer {
  const may = [...rights()];
  switch (via) {
    case 'local':
      return { who: { via }, rights: may };
    case 'token':
    case 'session':
    case 'proxy':
      return { who: { via, name }, rights: may };
    case 'none':
    case 'server':
      throw new Error(`expected somebody who was let in, found ${via}`);
    default:
      return never(via);
  }
}
