/** The browser's clock, chance, sockets and files, handed to the sessions. */
import { addressOf } from '../state/address.ts';
import { createSession, type Session, type SessionPlatform } from './session.ts';

const stillness = matchMedia('(prefers-reduced-motion: reduce)');

const READER = 'vantage-reader';
const randomKey = () =>
  crypto.getRandomValues(new Uint32Array(4)).reduce((text, n) => text + n.toString(36), '');
let reader: string | undefined;

/** The same after a reload; each tab has its own. */
function readerKey(): string {
  try {
    reader ??= sessionStorage.getItem(READER) ?? randomKey();
    sessionStorage.setItem(READER, reader);
  } catch {
    // Storage is switched off: a reload makes another reader.
    reader ??= randomKey();
  }
  return reader;
}

const platform: SessionPlatform = {
  connect: (protocol, events) => {
    const wire = new WebSocket(new URL(addressOf('/ws'), location.href.replace(/^http/, 'ws')), protocol);
    wire.binaryType = 'arraybuffer';
    wire.onopen = () => events.opened();
    wire.onmessage = ({ data }) => events.message(data);
    wire.onclose = ({ code, reason }) => events.closed(code, reason);
    return wire;
  },
  schedule: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
  chance: Math.random,
  now: () => Date.now(),
  key: randomKey,
  reader: readerKey,
  wantsStillness: () => stillness.matches,
  report: (error) => console.error(error),
  get: async (path) => {
    const answer = await fetch(addressOf(path)).catch(() => undefined);
    return answer?.ok === true ? answer.json() : undefined;
  },
};

const open = new Map<string, { session: Session; holders: number; end: () => void }>();

/** The session of a writeup, shared by all elements of the page until the last one releases it. */
export function acquireSession(writeup: string): { readonly session: Session; readonly release: () => void } {
  const own = open.get(writeup) ?? start(writeup);
  own.holders += 1;
  return {
    session: own.session,
    release: () => {
      own.holders -= 1;
      if (own.holders > 0) return;
      own.end();
      open.delete(writeup);
    },
  };
}

function start(writeup: string) {
  const session = createSession(writeup, platform);
  const reconnect = () => {
    if (document.visibilityState === 'visible') session.reconnectNow();
  };
  addEventListener('online', reconnect);
  document.addEventListener('visibilitychange', reconnect);
  const own = {
    session,
    holders: 0,
    end: () => {
      removeEventListener('online', reconnect);
      document.removeEventListener('visibilitychange', reconnect);
      session.close();
    },
  };
  open.set(writeup, own);
  return own;
}
