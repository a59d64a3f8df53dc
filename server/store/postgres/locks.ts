/** Slots of machines that several servers share: advisory locks of the session, which go with it. */
import { createHash } from 'node:crypto';
import { queue } from '../../files/queue.ts';
import type { SharedSlots, SlotRequest } from '../contract.ts';
import { nextLock, slotLock } from './schema.ts';
import type { Session } from './session.ts';

/** News of a release comes first; a server that died sent none, and two that ask in the same moment both get nothing. */
const lookAgainMs = { first: 25, most: 1000 };
/** Whoever had to wait lets others ask first for so long. */
const letOthersMs = 100;

/**
 * All of it or nothing. Only who is next at all places of a request may take slots there, and stays next until it has them: nobody
 * new passes by. In the order of the places, so that no two wait for each other. `ours`: this server is next there already, `free`:
 * a bit for each slot that it does not have itself.
 */
const take = `WITH asked AS MATERIALIZED (
    SELECT * FROM unnest($1::integer[], $2::boolean[], $3::integer[], $4::integer[])
      WITH ORDINALITY AS one (key, ours, free, wanted, place)),
  turn AS MATERIALIZED (
    SELECT *, CASE WHEN ours THEN true ELSE pg_try_advisory_lock(${nextLock}, key) END AS is_next FROM asked),
  taken AS MATERIALIZED (
    SELECT *, CASE WHEN (SELECT bool_and(is_next) FROM turn) THEN ARRAY(
      SELECT slot FROM generate_series(0, 31) AS slot
      WHERE CASE WHEN (free >> slot) & 1 = 1 THEN pg_try_advisory_lock(${slotLock} + slot, key) ELSE false END
      LIMIT wanted) ELSE '{}' END AS slots FROM turn),
  result AS MATERIALIZED (
    SELECT bool_and(cardinality(slots) = wanted) AS whole, (SELECT min(place) FROM turn WHERE NOT is_next) AS stop FROM taken)
  SELECT key, whole, slots, is_next AND NOT whole AND (stop IS NULL OR place < stop) AS waits,
    CASE WHEN is_next AND (whole OR place > stop) THEN pg_advisory_unlock(${nextLock}, key) END AS passed,
    CASE WHEN NOT whole THEN (SELECT count(pg_advisory_unlock(${slotLock} + slot, key)) FROM unnest(slots) AS slot) END AS back
  FROM taken, result`;
const giveBack = `SELECT pg_advisory_unlock(lock, key) FROM unnest($1::integer[], $2::integer[]) AS one (lock, key)`;

/** Two names with one number share their slots needlessly, and harmlessly. */
const numberOf = (name: string): number => createHash('sha256').update(name).digest().readInt32BE(0);

export function createLocks(session: Session): SharedSlots {
  const listeners = new Set<() => void>();
  let delay = lookAgainMs.first;
  let timer: NodeJS.Timeout | undefined;
  const wake = () => {
    clearTimeout(timer);
    timer = undefined;
    for (const then of listeners) then();
  };
  const wakeAfter = (ms: number) => {
    timer ??= setTimeout(wake, ms).unref();
  };
  session.news.listen({ heard: ({ kind }) => kind === 'released' && wake() });

  /** What the session of this moment has: the slots of each place as bits, and where it is next. */
  let own = { of: session.current(), slots: new Map<number, number>(), next: new Set<number>() };
  const current = () => {
    const of = session.current();
    if (own.of !== of) own = { of, slots: new Map(), next: new Set() };
    return own;
  };
  // What a statement asks for follows from what the one before it got.
  const inTurn = queue();
  const unlock = (locks: readonly number[], keys: readonly number[]) =>
    session.query(giveBack, [locks, keys]);

  return {
    take: (request, capacity) =>
      inTurn(async () => {
        const wanted = new Map([...request].map(([name, count]) => [numberOf(name), count]));
        const keys = [...wanted.keys()].sort((one, other) => one - other);
        const mine = current();
        const all = 2 ** capacity - 1;
        const places = [
          keys,
          keys.map((key) => mine.next.has(key)),
          keys.map((key) => all & ~(mine.slots.get(key) ?? 0)),
          keys.map((key) => wanted.get(key)),
        ];
        const rows = await session.query(take, places).catch(() => []);
        const hadToWait = keys.some((key) => mine.next.has(key));
        for (const { key, waits } of rows) mine.next[waits === true ? 'add' : 'delete'](Number(key));
        if (rows[0]?.['whole'] !== true) {
          wakeAfter(delay);
          delay = Math.min(delay * 2, lookAgainMs.most);
          return undefined;
        }
        delay = lookAgainMs.first;
        if (hadToWait) {
          wakeAfter(letOthersMs);
          session.news.send({ kind: 'released' });
        }
        const got = rows.flatMap(({ key, slots }) =>
          (slots as number[]).map((slot) => ({ key: Number(key), slot })),
        );
        for (const { key, slot } of got) mine.slots.set(key, (mine.slots.get(key) ?? 0) | (1 << slot));
        return () =>
          void inTurn(async () => {
            // A later session of ours does not have them, and may have others of the same number.
            if (current() !== mine) return;
            for (const { key, slot } of got) mine.slots.set(key, (mine.slots.get(key) ?? 0) & ~(1 << slot));
            await unlock(
              got.map(({ slot }) => slotLock + slot),
              got.map(({ key }) => key),
            );
            session.news.send({ kind: 'released' });
          }).catch(() => {});
      }),
    leave: (request: SlotRequest) =>
      void inTurn(async () => {
        const mine = current();
        const keys = [...request.keys()].map(numberOf).filter((key) => mine.next.delete(key));
        if (keys.length === 0) return;
        await unlock(
          keys.map(() => nextLock),
          keys,
        );
        session.news.send({ kind: 'released' });
      }).catch(() => {}),
    listen: (then) => void listeners.add(then),
  };
}
