/** Sessions of signed-in browsers, in memory: a restart of the server ends them all. The cookie is left to `cookies.ts`. */
import { createHash } from 'node:crypto';
import type { Grant } from './caller.ts';
import { noRights, type Rights } from '../../src/core/rights.ts';
import { randomSecret } from './token.ts';

export type SessionLimits = { readonly idleMs: number; readonly absoluteMs: number };

export type Session = Grant & { touch(): void };

export type Sessions = {
  /** Returns what the cookie holds. */
  open(grant: Grant): string;
  find(id: string | undefined): Session | undefined;
  /** By what the reading cookie holds: may read at most. */
  findToRead(id: string | undefined): Session | undefined;
  end(id: string | undefined): void;
};

type Open = { readonly grant: Grant; readonly readKey: string; readonly since: number; seen: number };
const maxSessions = 10_000;

export function createSessions(limits: () => SessionLimits, now: () => number): Sessions {
  // By hash: whoever reads the memory of a lookup, or times it, learns nothing to sign in with.
  const open = new Map<string, Open>();
  const keys = new Map<string, string>();
  const isOver = ({ since, seen }: Open): boolean => {
    const { idleMs, absoluteMs } = limits();
    return now() - seen >= idleMs || now() - since >= absoluteMs;
  };
  const forget = (key: string) => {
    const session = open.get(key);
    open.delete(key);
    if (session) keys.delete(session.readKey);
  };
  const sessionOf = (key: string): Session | undefined => {
    const session = open.get(key);
    if (session === undefined) return undefined;
    const rights = () => {
      if (open.get(key) === session && !isOver(session)) return session.grant.rights();
      if (open.get(key) === session) forget(key);
      return noRights;
    };
    const touch = () => {
      if (!isOver(session)) session.seen = now();
    };
    const { id, name } = session.grant;
    return { id, name, rights, touch };
  };
  return {
    open(grant) {
      for (const [key, session] of open) if (isOver(session)) forget(key);
      for (const oldest of [...open.keys()].slice(0, Math.max(0, open.size + 1 - maxSessions)))
        forget(oldest);
      const id = randomSecret();
      const readKey = keyOf(readingId(id));
      open.set(keyOf(id), { grant, readKey, since: now(), seen: now() });
      keys.set(readKey, keyOf(id));
      return id;
    },
    find: (id) => sessionOf(id === undefined ? '' : keyOf(id)),
    findToRead(id) {
      const session = sessionOf(keys.get(id === undefined ? '' : keyOf(id)) ?? '');
      return session && { ...session, rights: () => (session.rights().has('view') ? toRead : noRights) };
    },
    end: (id) => void (id !== undefined && forget(keyOf(id))),
  };
}

const toRead: Rights = new Set(['view']);

/** What the reading cookie of a session holds: follows from its id, and does not lead back to it. */
export const readingId = (id: string): string =>
  createHash('sha256').update(`reading ${id}`).digest('base64url');

const keyOf = (id: string): string => createHash('sha256').update(id).digest('base64');
