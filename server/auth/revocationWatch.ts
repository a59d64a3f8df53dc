/** Looks whether callers may still read. Ends what they have open as soon as they may not: sockets, answers that are still being sent. */
import type { Audit } from '../audit/audit.ts';
import type { Rights } from '../../src/core/protocol/rights.ts';
import type { Principal } from '../identity/principal.ts';

export type RevocationWatch = {
  /** `end` is called once, when the caller has lost the right to read; until then `still` at each look. Returns its leaving. */
  hold(principal: Principal, what: string, end: () => void, still?: (rights: Rights) => void): () => void;
  /** Looks now: something has changed. */
  look(): void;
  close(): void;
};

/** Rights that end by time, or in a file, are noticed within this. */
export const lookEveryMs = 500;

/** `before` is done ahead of each look, for instance reading a file that has changed. */
export function createLeash(
  before: () => void,
  audit: Audit,
  log: (error: unknown) => void,
): RevocationWatch {
  const held = new Map<
    symbol,
    {
      readonly principal: Principal;
      readonly what: string;
      readonly end: () => void;
      readonly still: (rights: Rights) => void;
    }
  >();
  const look = () => {
    try {
      before();
    } catch (error) {
      log(error);
    }
    for (const [key, { principal, what, end, still }] of held) {
      const rights = principal.rights();
      if (rights.has('view')) {
        still(rights);
        continue;
      }
      held.delete(key);
      const outcome = principal.again() ? 'is asked again' : 'may not read any more';
      audit.write({ principal, action: 'lost', target: what, outcome });
      end();
    }
  };
  const timer = setInterval(look, lookEveryMs).unref();
  return {
    hold(principal, what, end, still = () => {}) {
      const key = Symbol();
      held.set(key, { principal, what, end, still });
      return () => held.delete(key);
    },
    look,
    close: () => clearInterval(timer),
  };
}
