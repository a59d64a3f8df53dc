/** What the runs of several servers exclude each other from: advisory locks of the session, which go with it. */
import { createHash } from 'node:crypto';
import type { Exclusion } from '../contract.ts';
import { heldLock, nextLock } from './schema.ts';
import type { Session } from './session.ts';

/** News of a release comes first; a server that died sent none. */
const lookAgainMs = 1000;

type Tries = { readonly lock: string; readonly unlock: string };

const statement = (call: string) => `SELECT key, ${call} AS got FROM unnest($1::integer[]) AS key`;
/** Whoever waits to be alone is next there: nobody new begins beside the others, or it would wait for ever. */
const beside: Tries = {
  lock: statement(`CASE WHEN pg_try_advisory_lock_shared(${nextLock}, key)
    THEN pg_advisory_unlock_shared(${nextLock}, key) AND pg_try_advisory_lock_shared(${heldLock}, key) ELSE false END`),
  unlock: statement(`pg_advisory_unlock_shared(${heldLock}, key)`),
};
const alone = (lock: number): Tries => ({
  lock: statement(`pg_try_advisory_lock(${lock}, key)`),
  unlock: statement(`pg_advisory_unlock(${lock}, key)`),
});
const [next, held] = [alone(nextLock), alone(heldLock)];

/** Two names with one number exclude each other needlessly, and harmlessly. */
const numberOf = (name: string): number => createHash('sha256').update(name).digest().readInt32BE(0);

export function createLocks(session: Session) {
  const wake = new Set<() => void>();
  session.news.listen({
    heard({ kind }) {
      if (kind === 'released') for (const one of [...wake]) one();
    },
  });
  const awaitRelease = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        wake.delete(done);
        signal.removeEventListener('abort', done);
        if (signal.aborted) reject(signal.reason);
        else resolve();
      };
      const timer = setTimeout(done, lookAgainMs);
      wake.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  /** All of them or none: so nobody waits for another while holding what that one waits for. */
  const take = async ({ lock, unlock }: Tries, keys: readonly number[], signal: AbortSignal) => {
    for (;;) {
      signal.throwIfAborted();
      const of = session.current();
      const rows = await session.query(lock, [keys]);
      const got = rows.flatMap(({ key, got }) => (got === true ? Number(key) : []));
      const release = async () => {
        // A later session of ours does not have them, and may have others of the same number.
        if (session.current() === of && got.length > 0) await session.query(unlock, [got]);
      };
      if (got.length === keys.length) return release;
      await release();
      await awaitRelease(signal);
    }
  };
  /** Resolves with the release. Rejects with the signal's reason, or when the session ends. */
  return async ({ how, names }: Exclusion, signal: AbortSignal): Promise<() => void> => {
    const keys = [...new Set(names.map(numberOf))].sort((one, other) => one - other);
    const taken: (() => Promise<void>)[] = [];
    const release = () => {
      for (const one of taken.splice(0)) void one().catch(() => {});
      session.news.send({ kind: 'released' });
    };
    try {
      if (how === 'alone') taken.push(await take(next, keys, signal));
      const own = await take(how === 'alone' ? held : beside, keys, signal);
      // Others may queue behind it from now on.
      for (const one of taken.splice(0)) void one().catch(() => {});
      taken.push(own);
      return release;
    } catch (error) {
      release();
      throw error;
    }
  };
}
