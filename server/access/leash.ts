/** Ends what is open as soon as its caller may not read any more: sockets, answers that are still being sent. */
import type { Audit } from './audit.ts';
import type { Caller } from './caller.ts';

export type Leash = {
  /** `end` is called once, when the caller has lost the right to read. Returns its leaving. */
  hold(caller: Caller, what: string, end: () => void): () => void;
  /** Looks now: something has changed. */
  look(): void;
  close(): void;
};

/** Rights that end by time, or in a file, are noticed within this. */
export const lookEveryMs = 500;

/** `before` is done ahead of each look, for instance reading a file that has changed. */
export function createLeash(before: () => void, audit: Audit, log: (error: unknown) => void): Leash {
  const held = new Map<
    symbol,
    { readonly caller: Caller; readonly what: string; readonly end: () => void }
  >();
  const look = () => {
    try {
      before();
    } catch (error) {
      log(error);
    }
    for (const [key, { caller, what, end }] of held) {
      if (caller.rights().has('view')) continue;
      held.delete(key);
      const outcome = caller.again() ? 'is asked again' : 'may not read any more';
      audit.write({ caller, action: 'lost', target: what, outcome });
      end();
    }
  };
  const timer = setInterval(look, lookEveryMs).unref();
  return {
    hold(caller, what, end) {
      const key = Symbol();
      held.set(key, { caller, what, end });
      return () => held.delete(key);
    },
    look,
    close: () => clearInterval(timer),
  };
}
