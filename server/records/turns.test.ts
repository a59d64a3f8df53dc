/** Who may make what when: a few at once, one for a person, a short wait; and work in slices that ends when nobody wants it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assembleRun, findRecord } from '../store/assembleRecord.ts';
import { StoppedError } from '../files/pause.ts';
import { putLarge, putRun, putSet, type TestFolder, testStore } from '../store/testing.ts';
import { createSlices } from '../files/timeSlices.ts';
import { createTurns } from './turns.ts';

const stays = new AbortController().signal;
/** Time passes when `pass` is called. */
const clock = () => {
  const timers = new Set<() => void>();
  return {
    later: (_: number, then: () => void) => {
      timers.add(then);
      return () => void timers.delete(then);
    },
    pass() {
      for (const then of [...timers]) then();
    },
    timers,
  };
};

describe('turns', () => {
  it('are so many for everybody and so many for a person; who waits gets the next one, others after a while none', async () => {
    const { later, pass, timers } = clock();
    const turns = createTurns({ atOnce: 3, perPerson: 1, waitMs: 2000 }, later);
    const ada = await turns.enter('ada', stays);
    expect(ada).toBeDefined();
    const again = turns.enter('ada', stays);
    const [bob, cleo] = [await turns.enter('bob', stays), await turns.enter('cleo', stays)];
    const dora = turns.enter('dora', stays);
    bob?.();
    // Ada came first and has one: Dora goes before her.
    expect(await dora).toBeDefined();
    ada?.();
    ada?.();
    expect(await again).toBeDefined();
    const late = turns.enter('eve', stays);
    pass();
    expect(await late).toBeUndefined();
    cleo?.();
    expect([(await turns.enter('eve', stays)) !== undefined, timers.size]).toEqual([true, 0]);
  });
  it('of nobody in particular count for everybody only; who has left waits no longer', async () => {
    const { later, timers } = clock();
    const turns = createTurns({ atOnce: 2, perPerson: 1, waitMs: 2000 }, later);
    const first = await turns.enter('', stays);
    expect(await turns.enter('', stays)).toBeDefined();
    const leaves = new AbortController();
    const gone = turns.enter('', leaves.signal);
    leaves.abort();
    expect([await gone, timers.size]).toEqual([undefined, 0]);
    expect(await turns.enter('', leaves.signal)).toBeUndefined();
    first?.();
    expect(await turns.enter('', stays)).toBeDefined();
  });
});

describe('reading a large run', () => {
  let place: TestFolder;
  let run = '';
  beforeAll(async () => {
    place = testStore();
    run = await putLarge(place.store, 6e6);
  });
  afterAll(() => place.close());

  it('stops when the reader has left, and is no damage of the record', async () => {
    for (const id of [run, await putSet(place.store, 1, [run, await putRun(place.store, { day: 1 })])]) {
      const leaves = new AbortController();
      let reads = 0;
      const counted = {
        ...place.store,
        read: (...what: Parameters<typeof place.store.read>) => {
          reads += 1;
          if (reads === 2) leaves.abort();
          return place.store.read(...what);
        },
      };
      const work = findRecord(counted, new Map(), id, 1000, createSlices()(leaves.signal));
      await expect(work).rejects.toBeInstanceOf(StoppedError);
      expect(reads).toBe(2);
    }
  });
  it('lets others have their turn between two slices, however many read at once', async () => {
    const slices = createSlices();
    let [inThisTurn, most, goesOn] = [0, 0, true];
    const others = () => {
      most = Math.max(most, inThisTurn);
      inThisTurn = 0;
      if (goesOn) setImmediate(others);
    };
    others();
    const readers = Array.from({ length: 8 }, () => {
      const pause = slices(stays);
      return assembleRun(place.store, run, 1000, async () => {
        await pause();
        inThisTurn += 1;
      });
    });
    const records = await Promise.all(readers);
    goesOn = false;
    expect(records.map((record) => record?.view.state)).toEqual(Array(8).fill('finished'));
    // One before and one after others in the same turn of the event loop.
    expect(most).toBeLessThanOrEqual(2);
  });
});
