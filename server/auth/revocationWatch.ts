/** Checks at intervals whether principals may still read, and ends their sockets and responses when they may not. */
import type { Audit } from '../audit/audit.ts';
import type { Rights } from '../../src/core/protocol/rights.ts';
import type { Principal } from '../identity/principal.ts';

type Watched = {
  readonly principal: Principal;
  /** What is open, for the audit log. */
  readonly target: string;
  /** Called once, when the principal has lost the right to read. */
  readonly onRevoked: () => void;
  /** Called at each check until then. */
  readonly onChecked?: (rights: Rights) => void;
};

export type RevocationWatch = ReturnType<typeof createRevocationWatch>;

export const checkEveryMs = 500;

/** `before` runs ahead of each check, for instance to reload a file. */
export function createRevocationWatch(before: () => void, audit: Audit, log: (error: unknown) => void) {
  const all = new Set<Watched>();
  const check = () => {
    try {
      before();
    } catch (error) {
      log(error);
    }
    for (const watched of all) {
      const { principal, target } = watched;
      const rights = principal.rights();
      if (rights.has('view')) {
        watched.onChecked?.(rights);
        continue;
      }
      all.delete(watched);
      const outcome = principal.canReauthenticate() ? 'has to authenticate again' : 'may not read any more';
      audit.write({ principal, action: 'lost', target, outcome });
      watched.onRevoked();
    }
  };
  const timer = setInterval(check, checkEveryMs).unref();
  return {
    /** Returns the way to stop watching. */
    watch(watched: Watched): () => void {
      all.add(watched);
      return () => all.delete(watched);
    },
    check,
    close: () => clearInterval(timer),
  };
}
