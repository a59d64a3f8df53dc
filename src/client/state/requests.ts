/** Every request of the page until its one answer: done, saved or refused. A lost connection is an answer too, unless the request is sent again. */
import type { Down, RunSet } from '../../core/protocol/down.ts';
import type { Up } from '../../core/protocol/up.ts';

type WithoutKey<Message> = Message extends unknown ? Omit<Message, 'key'> : never;
export type Request = WithoutKey<Extract<Up, { type: 'save' | 'present' }>>;
/** A message that the server answers, by its key or by the run that it names. */
export type Tracked = Extract<Up, { key: string } | { type: 'cancel' }>;

export type Answer =
  | { readonly how: 'done' }
  | { readonly how: 'saved'; readonly set: RunSet }
  | { readonly how: 'refused'; readonly message: string };

export type Requests = ReturnType<typeof createRequests>;

export const DONE: Answer = { how: 'done' };
export const NO_CONNECTION: Answer = {
  how: 'refused',
  message:
    'Nothing was sent: there is no connection to the server. Try again when the status line says “Connected”.',
};
export const NOT_LOADED = 'A part of this page could not be loaded. Load the page again.';
const LOST: Answer = {
  how: 'refused',
  message:
    'The connection was lost before the server answered, so this may or may not have been done. Check before you try again.',
};

type Pending = {
  readonly message: Tracked;
  readonly repeat: boolean;
  readonly listeners: ((answer: Answer) => void)[];
  isSent: boolean;
};

/** `send` returns false when there is no connection. */
export function createRequests(send: (message: Up) => boolean) {
  const pending = new Map<string, Pending>();
  const settle = (id: string, answer: Answer) => {
    const listeners = pending.get(id)?.listeners ?? [];
    pending.delete(id);
    for (const listener of listeners) listener(answer);
  };
  return {
    /** Calls back once. With `repeat` the request outlives a lost connection and is sent again by `resend`. */
    send(message: Tracked, onAnswer: (answer: Answer) => void, repeat?: 'repeat') {
      const id = 'key' in message ? message.key : message.run;
      const entry = pending.get(id) ?? {
        message,
        repeat: repeat !== undefined,
        listeners: [],
        isSent: false,
      };
      entry.listeners.push(onAnswer);
      pending.set(id, entry);
      entry.isSent = send(message);
      if (!entry.isSent && !entry.repeat) settle(id, NO_CONNECTION);
    },
    onReply(down: Down) {
      if (down.type === 'done' || down.type === 'accepted') settle(down.key, DONE);
      if (down.type === 'saved') settle(down.key, { how: 'saved', set: down.set });
      if (down.type === 'refused') settle(down.key, { how: 'refused', message: down.message });
      if (down.type === 'summary' && down.summary.state === 'ended') settle(down.summary.run, DONE);
    },
    resend() {
      for (const entry of pending.values()) if (!entry.isSent) entry.isSent = send(entry.message);
    },
    onDisconnect() {
      for (const [id, entry] of [...pending]) {
        entry.isSent = false;
        if (!entry.repeat) settle(id, LOST);
      }
    },
    /** Refuses whatever is open: the connection does not come back. */
    close() {
      for (const id of [...pending.keys()]) settle(id, LOST);
    },
  };
}
