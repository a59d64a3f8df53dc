/** Sessions of signed-in browsers, in memory: a restart ends them. */
import { createHash } from 'node:crypto';
import type { Grant } from './principal.ts';
import { noRights, type Rights } from '../../src/core/protocol/rights.ts';
import { randomSecret } from './token.ts';

export type Session = Grant & { touch(): void };
export type Sessions = ReturnType<typeof createSessions>;

type Open = { readonly grant: Grant; readonly readKey: string; readonly since: number; seen: number };

export const maxSessions = { ofAll: 10_000, ofOne: 20 };

/** `isReserved`: whether the name belongs to a token of another id. */
export function createSessions(
  limits: () => { readonly idleMs: number; readonly absoluteMs: number },
  now: () => number,
  isReserved: (name: string, id: string) => boolean = () => false,
  most = maxSessions,
) {
  // By hash, so that timing a lookup reveals nothing.
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
  const nameFor = ({ id, name }: Grant): string => {
    const used = new Set<string>();
    for (const { grant } of open.values()) if (grant.id !== id) used.add(grant.name);
    const isFree = (one: string) => !used.has(one) && !isReserved(one, id);
    for (let nth = 2, one = name; ; one = `${name} (${nth})`, nth += 1) if (isFree(one)) return one;
  };
  /** Makes room for one more session of this person; ends nobody else's. */
  const makeRoom = (id: string): boolean => {
    const own = [...open].filter(([, { grant }]) => grant.id === id);
    if (open.size < most.ofAll && own.length < most.ofOne) return true;
    const [unused] = own.toSorted(([, one], [, other]) => one.seen - other.seen);
    if (unused === undefined) return false;
    forget(unused[0]);
    return true;
  };
  return {
    /**
     * Returns the cookie's value and the grant, with `name (2)` while somebody else has the name. A person's least recently used session
     * makes room; undefined if all people together have too many.
     */
    open(found: Grant): { readonly id: string; readonly grant: Grant } | undefined {
      for (const [key, session] of open) if (isOver(session)) forget(key);
      if (!makeRoom(found.id)) return undefined;
      const id = randomSecret();
      const readKey = keyOf(readingId(id));
      const grant = { ...found, name: nameFor(found) };
      open.set(keyOf(id), { grant, readKey, since: now(), seen: now() });
      keys.set(readKey, keyOf(id));
      return { id, grant };
    },
    find: (id: string | undefined) => sessionOf(id === undefined ? '' : keyOf(id)),
    /** By the reading cookie's value: may read at most. */
    findToRead(id: string | undefined): Session | undefined {
      const session = sessionOf(keys.get(id === undefined ? '' : keyOf(id)) ?? '');
      return session && { ...session, rights: () => (session.rights().has('view') ? toRead : noRights) };
    },
    end: (id: string | undefined) => void (id !== undefined && forget(keyOf(id))),
  };
}

const toRead: Rights = new Set(['view']);

/** The value of a session's reading cookie: a hash of its id. */
export const readingId = (id: string): string =>
  createHash('sha256').update(`reading ${id}`).digest('base64url');

const keyOf = (id: string): string => createHash('sha256').update(id).digest('base64');
