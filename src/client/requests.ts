/** Requests that get one answer: done, frozen or refused. A lost connection is an answer too. Saying them is left to `session.ts`. */
import type { Down, RunSet } from '../core/protocol/down.ts';
import type { Up } from '../core/protocol/up.ts';

type WithoutKey<Message> = Message extends unknown ? Omit<Message, 'key'> : never;
export type Ask = WithoutKey<Extract<Up, { type: 'freeze' | 'pin' | 'present' }>>;

export type Answer =
  | { readonly how: 'done' }
  | { readonly how: 'frozen'; readonly set: RunSet }
  | { readonly how: 'refused'; readonly say: string };

export type Requests = {
  /** Resolves with the answer, and always does: it never rejects. */
  ask(ask: Ask): Promise<Answer>;
  heard(down: Down): void;
  /** The connection is gone: what was not answered will not be. */
  lost(): void;
};

const NO_CONNECTION: Answer = {
  how: 'refused',
  say: 'There is no connection to the server just now, so nothing was asked of it. Try again when the status line says “Connected”.',
};
const LOST: Answer = {
  how: 'refused',
  say: 'The connection was lost before the server answered, so it is not known whether this was done. Look before you try again.',
};

/** `say` is false when there is no connection. */
export function createRequests(key: () => string, say: (message: Up) => boolean): Requests {
  const open = new Map<string, (answer: Answer) => void>();
  const answer = (own: string, what: Answer) => {
    open.get(own)?.(what);
    open.delete(own);
  };
  return {
    ask: (ask) =>
      new Promise((resolve) => {
        const own = key();
        open.set(own, resolve);
        if (!say({ ...ask, key: own })) answer(own, NO_CONNECTION);
      }),
    heard(down) {
      if (down.type === 'done') answer(down.key, { how: 'done' });
      if (down.type === 'frozen') answer(down.key, { how: 'frozen', set: down.set });
      if (down.type === 'refused') answer(down.key, { how: 'refused', say: down.say });
    },
    lost() {
      for (const own of [...open.keys()]) answer(own, LOST);
    },
  };
}
