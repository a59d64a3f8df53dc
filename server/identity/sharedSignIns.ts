/** What servers on one database share of signing in, so that a reader is known to all of them. */

/** Who signed in, and what their rights are computed from: the hash of a token, or the groups at the provider. */
export type SignedIn = {
  readonly id: string;
  readonly name: string;
  readonly basis: readonly string[];
};

/** A session by the hashes of its two cookies, which nobody can sign in with. */
export type KeptSession = SignedIn & { readonly key: string; readonly readKey: string };

export type SessionLimits = { readonly idleMs: number; readonly absoluteMs: number };

/** What decides whether somebody may have one more session, and by which name. `names`: those of other people. */
export type OpenSessions = {
  readonly total: number;
  /** Sessions of the same person, the least recently used first. */
  readonly own: readonly string[];
  readonly names: ReadonlySet<string>;
};
/** `ends`: the session that makes room. */
export type SessionPlace = { readonly name: string; readonly ends: string | undefined };

export type SharedSignIns = {
  /** Keeps a session, if `decide` finds a place for it. One at a time, over all servers. */
  open(
    session: KeptSession,
    limits: SessionLimits,
    decide: (open: OpenSessions) => SessionPlace | undefined,
  ): Promise<SessionPlace | undefined>;
  /** Those that are open, by the hash of either cookie; how long ago each was opened and used, by the clock of the database. */
  find(keys: readonly string[]): Promise<readonly (KeptSession & SessionAge)[]>;
  /** They were used just now. */
  touch(keys: readonly string[]): Promise<void>;
  end(key: string): Promise<void>;
  /** `ended`: a session has ended at another server. `again`: some may have ended unheard. Returns the way to stop. */
  listen(listener: { readonly ended: (key: string) => void; readonly again: () => void }): () => void;
  /** Encrypts what a browser keeps while it signs in at a provider. */
  key(): Promise<Uint8Array>;
  /** False if this state was used before, at whichever server. */
  useOnce(state: string, forSeconds: number): Promise<boolean>;
};
export type SessionAge = { readonly ageMs: number; readonly idleMs: number };
