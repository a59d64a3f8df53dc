/** Sessions of signed-in browsers, in memory. With a shared database they outlast a restart, and a server asks it for those that others opened. */
import { createHash } from 'node:crypto';
import type { Grant } from './principal.ts';
import { noRights, type Rights } from '../../src/core/protocol/rights.ts';
import type {
  KeptSession,
  OpenSessions,
  SessionAge,
  SessionLimits,
  SessionPlace,
  SharedSignIns,
  SignedIn,
} from './sharedSignIns.ts';
import { randomSecret } from './token.ts';

export type Session = Grant & { touch(): void };
export type Sessions = ReturnType<typeof createSessions>;

type Open = { readonly kept: KeptSession; readonly since: number; seen: number };

export const maxSessions = { ofAll: 10_000, ofOne: 20 };

export type SessionsOptions = {
  readonly limits: () => SessionLimits;
  readonly now: () => number;
  readonly rightsOf: (person: SignedIn) => Rights;
  /** Names that belong to tokens of other ids. */
  readonly reserved?: (id: string) => readonly string[];
  readonly most?: { readonly ofAll: number; readonly ofOne: number };
  /** Undefined where no other server has these sessions. */
  readonly shared?: Pick<SharedSignIns, 'open' | 'find' | 'touch' | 'end'> | undefined;
};

export function createSessions(options: SessionsOptions) {
  const { limits, now, rightsOf, reserved = () => [], most = maxSessions, shared } = options;
  // By hash, so that timing a lookup reveals nothing.
  const open = new Map<string, Open>();
  const keys = new Map<string, string>();
  /** Used here since the database was told last. */
  const used = new Set<string>();
  /** An answer of the database may be older than the end of a session. */
  const ended = new Set<string>();
  const isOver = ({ since, seen }: Open): boolean => {
    const { idleMs, absoluteMs } = limits();
    return now() - seen >= idleMs || now() - since >= absoluteMs;
  };
  const forget = (key: string) => {
    const session = open.get(key);
    open.delete(key);
    used.delete(key);
    if (session) keys.delete(session.kept.readKey);
  };
  const forgetEnded = (key: string) => {
    forget(key);
    ended.add(key);
    for (const oldest of ended) {
      if (ended.size <= most.ofAll) break;
      ended.delete(oldest);
    }
  };
  const remember = ({ ageMs, idleMs, ...kept }: KeptSession & SessionAge) => {
    if (ended.has(kept.key)) return;
    const seen = Math.max(now() - idleMs, open.get(kept.key)?.seen ?? -Infinity);
    open.set(kept.key, { kept, since: now() - ageMs, seen });
    keys.set(kept.readKey, kept.key);
  };
  const sessionOf = (key: string): Session | undefined => {
    const session = open.get(key);
    if (session === undefined) return undefined;
    const { id, name } = session.kept;
    const rights = () => {
      const current = open.get(key);
      if (current === undefined) return noRights;
      if (!isOver(current)) return rightsOf(current.kept);
      forget(key);
      return noRights;
    };
    const touch = () => {
      const current = open.get(key);
      if (current === undefined || isOver(current)) return;
      current.seen = now();
      used.add(key);
    };
    return { id, name, rights, touch };
  };
  const openHere = ({ id }: SignedIn): OpenSessions => {
    const all = [...open.values()];
    const own = all.filter(({ kept }) => kept.id === id).toSorted((one, other) => one.seen - other.seen);
    return {
      total: all.length,
      own: own.map(({ kept }) => kept.key),
      names: new Set(all.flatMap(({ kept }) => (kept.id === id ? [] : [kept.name]))),
    };
  };
  let next: { readonly keys: Set<string>; readonly done: Promise<void> } | undefined;
  let asking: Promise<void> = Promise.resolve();
  /** One question at a time, with all keys that wait: made-up cookies cannot keep the database from its work. */
  const ask = (wanted: readonly string[], { find }: Pick<SharedSignIns, 'find'>): Promise<void> => {
    if (next === undefined) {
      const asked = new Set<string>();
      const done = asking.then(async () => {
        next = undefined;
        for (const found of await find([...asked])) remember(found);
      });
      asking = done.catch(() => {});
      next = { keys: asked, done };
    }
    for (const key of wanted) next.keys.add(key);
    return next.done;
  };
  return {
    /**
     * Returns the cookie's value and the name, with `name (2)` while somebody else has it. A person's least recently used session
     * makes room; undefined if all people together have too many.
     */
    async open(person: SignedIn): Promise<{ readonly id: string; readonly name: string } | undefined> {
      for (const [key, session] of open) if (isOver(session)) forget(key);
      const id = randomSecret();
      const kept = { ...person, key: keyOf(id), readKey: keyOf(readingId(id)) };
      const decide = (others: OpenSessions) => placeOf(person.name, others, reserved(person.id), most);
      const place = shared ? await shared.open(kept, limits(), decide) : decide(openHere(person));
      if (place === undefined) return undefined;
      if (place.ends !== undefined) forgetEnded(place.ends);
      remember({ ...kept, name: place.name, ageMs: 0, idleMs: 0 });
      return { id, name: place.name };
    },
    /** Asks the database for the sessions of these cookies, if they are unknown here. Undefined if there is nothing to wait for. */
    load(id: string | undefined, readId: string | undefined): Promise<void> | undefined {
      if (shared === undefined) return undefined;
      const [key, readKey] = [id, readId].map((one) => (one === undefined ? undefined : keyOf(one)));
      const unknown = [
        ...(key === undefined || open.has(key) ? [] : [key]),
        ...(readKey === undefined || keys.has(readKey) ? [] : [readKey]),
      ];
      return unknown.length === 0 ? undefined : ask(unknown, shared);
    },
    find: (id: string | undefined) => sessionOf(id === undefined ? '' : keyOf(id)),
    /** By the reading cookie's value: may read at most. */
    findToRead(id: string | undefined): Session | undefined {
      const session = sessionOf(keys.get(id === undefined ? '' : keyOf(id)) ?? '');
      return session && { ...session, rights: () => (session.rights().has('view') ? toRead : noRights) };
    },
    async end(id: string | undefined): Promise<void> {
      if (id === undefined) return;
      await shared?.end(keyOf(id));
      forgetEnded(keyOf(id));
    },
    /** Tells the database what was used here, and forgets what has ended elsewhere. */
    async compare(): Promise<void> {
      if (shared === undefined || open.size === 0) return;
      const [told, known] = [[...used], [...open.keys()]];
      await shared.touch(told);
      for (const key of told) used.delete(key);
      const found = await shared.find(known);
      const still = new Set(found.map(({ key }) => key));
      for (const key of known) if (!still.has(key)) forget(key);
      for (const session of found) remember(session);
    },
    /** A session has ended at another server: the hash of its cookie. */
    onEnded: forgetEnded,
  };
}

/** Whether there is room for one more session, which one ends for it, and the first free name. Pure. */
function placeOf(
  name: string,
  { total, own, names }: OpenSessions,
  reserved: readonly string[],
  most: { readonly ofAll: number; readonly ofOne: number },
): SessionPlace | undefined {
  const isFull = total >= most.ofAll || own.length >= most.ofOne;
  const [unused] = own;
  if (isFull && unused === undefined) return undefined;
  const isFree = (one: string) => !names.has(one) && !reserved.includes(one);
  for (let nth = 2, one = name; ; one = `${name} (${nth})`, nth += 1)
    if (isFree(one)) return { name: one, ends: isFull ? unused : undefined };
}

const toRead: Rights = new Set(['view']);

/** The value of a session's reading cookie: a hash of its id. */
export const readingId = (id: string): string =>
  createHash('sha256').update(`reading ${id}`).digest('base64url');

const keyOf = (id: string): string => createHash('sha256').update(id).digest('base64');
