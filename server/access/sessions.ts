/** Sessions of signed-in browsers, in memory: a restart of the server ends them all. The cookie is left to `cookies.ts`. */
import { createHash } from 'node:crypto';
import type { Grant } from './caller.ts';
import { noRights } from './rights.ts';
import { randomSecret } from './token.ts';

export type SessionLimits = { readonly idleMs: number; readonly absoluteMs: number };

export type Session = Grant & { touch(): void };

export type Sessions = {
  /** Returns what the cookie holds. */
  open(grant: Grant): string;
  find(id: string | undefined): Session | undefined;
  end(id: string | undefined): void;
};

type Open = { readonly grant: Grant; readonly since: number; seen: number };
const maxSessions = 10_000;

export function createSessions(limits: () => SessionLimits, now: () => number): Sessions {
  // By hash: whoever reads the memory of a lookup, or times it, learns nothing to sign in with.
  const open = new Map<string, Open>();
  const isOver = ({ since, seen }: Open): boolean => {
    const { idleMs, absoluteMs } = limits();
    return now() - seen >= idleMs || now() - since >= absoluteMs;
  };
  return {
    open(grant) {
      for (const [key, session] of open) if (isOver(session)) open.delete(key);
      for (const oldest of [...open.keys()].slice(0, Math.max(0, open.size + 1 - maxSessions)))
        open.delete(oldest);
      const id = randomSecret();
      open.set(keyOf(id), { grant, since: now(), seen: now() });
      return id;
    },
    find(id) {
      const key = id === undefined ? '' : keyOf(id);
      const session = open.get(key);
      if (session === undefined) return undefined;
      const rights = () => {
        if (open.get(key) === session && !isOver(session)) return session.grant.rights();
        open.delete(key);
        return noRights;
      };
      const touch = () => {
        if (!isOver(session)) session.seen = now();
      };
      return { name: session.grant.name, rights, touch };
    },
    end: (id) => void (id !== undefined && open.delete(keyOf(id))),
  };
}

const keyOf = (id: string): string => createHash('sha256').update(id).digest('base64');
