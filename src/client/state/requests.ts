/** What a reader asked for, and the one answer to it: done, frozen or refused. A lost connection is an answer too. Saying it is left to `session.ts`. */
import type { Down, RunSet } from '../../core/protocol/down.ts';
import type { Up } from '../../core/protocol/up.ts';

type WithoutKey<Message> = Message extends unknown ? Omit<Message, 'key'> : never;
export type Ask = WithoutKey<Extract<Up, { type: 'freeze' | 'present' }>>;

export type Answer =
  | { readonly how: 'done' }
  | { readonly how: 'frozen'; readonly set: RunSet }
  | { readonly how: 'refused'; readonly message: string };

export type Requests = {
  /** Resolves with the answer, and always does: it never rejects. */
  ask(ask: Ask): Promise<Answer>;
  /** Likewise for ending a run. A refusal names the run; that it was done shows in its end. */
  cancel(run: string): Promise<Answer>;
  /** Likewise for a click that takes checks. It is said elsewhere, and again after a loss of connection, which is no answer to it. */
  click(key: string): Promise<Answer>;
  heard(down: Down): void;
  /** The connection is gone: what was not answered will not be. */
  lost(): void;
  /** It does not come back. */
  over(): void;
};

export const DONE: Answer = { how: 'done' };
export const NO_CONNECTION: Answer = {
  how: 'refused',
  message:
    'There is no connection to the server just now, so nothing was asked of it. Try again when the status line says “Connected”.',
};
const LOST: Answer = {
  how: 'refused',
  message:
    'The connection was lost before the server answered, so it is not known whether this was done. Look before you try again.',
};

type Waiting = {
  readonly answer: Promise<Answer>;
  readonly settle: (answer: Answer) => void;
  /** It is said again when the connection comes back. */
  readonly isRepeated: boolean;
};

/** `say` is false when there is no connection. */
export function createRequests(key: () => string, send: (message: Up) => boolean): Requests {
  const open = new Map<string, Waiting>();
  const wait = (own: string, isRepeated: boolean): Promise<Answer> => {
    const before = open.get(own);
    if (before) return before.answer;
    let settle: Waiting['settle'] = () => {};
    const answer = new Promise<Answer>((resolve) => (settle = resolve));
    open.set(own, { answer, settle, isRepeated });
    return answer;
  };
  const settle = (own: string, what: Answer) => {
    open.get(own)?.settle(what);
    open.delete(own);
  };
  const asked = (own: string, message: Up): Promise<Answer> => {
    const answer = wait(own, false);
    if (!send(message)) settle(own, NO_CONNECTION);
    return answer;
  };
  return {
    ask(ask) {
      const own = key();
      return asked(own, { ...ask, key: own });
    },
    cancel: (run) => asked(run, { type: 'cancel', run }),
    click: (own) => wait(own, true),
    heard(down) {
      if (down.type === 'done' || down.type === 'accepted') settle(down.key, DONE);
      if (down.type === 'frozen') settle(down.key, { how: 'frozen', set: down.set });
      if (down.type === 'refused') settle(down.key, { how: 'refused', message: down.message });
      if (down.type === 'summary' && down.summary.state === 'ended') settle(down.summary.run, DONE);
    },
    lost() {
      for (const [own, { isRepeated }] of [...open]) if (!isRepeated) settle(own, LOST);
    },
    over() {
      for (const own of [...open.keys()]) settle(own, LOST);
    },
  };
}
