/** Which records are removed, and which stay: what every store promises. Not a test by itself. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scheduleRetention, leastMsApart } from '../retentionSchedule.ts';
import type { Retention } from '../pins.ts';
import { firstDay, type OpenPlace, putRun, putSet, stepsOf, type TestStore } from '../testing.ts';

export function retentionContract(open: OpenPlace): void {
  let place: TestStore;
  beforeEach(async () => {
    place = await open();
  });
  afterEach(() => place.close());

  const noLimits: Retention = { runs: 1e9, days: 1e6, bytes: 1e12 };
  const at = (days: number) => new Date(firstDay + days * 86_400_000);
  const steps = (limits: Partial<Retention>, day = 10): Promise<number[]> =>
    stepsOf(place.store.retain({ ...noLimits, ...limits }, at(day)));
  const removeNow = async (limits: Partial<Retention>, day?: number): Promise<number> =>
    (await steps(limits, day)).reduce((sum, some) => sum + some, 0);
  const put = async (days: readonly number[], output = 'one\n') => {
    const ids: string[] = [];
    for (const day of days) ids.push(await putRun(place.store, { day, output }));
    return ids;
  };
  const keep = (id: string) => place.store.keeping.keep(id, { by: 'Ada', at: at(10) }, noLimits);
  const left = async () => (await place.store.history.list({}, 1000)).map(({ summary }) => summary.run);

  describe('retention', { timeout: 30_000 }, () => {
    it('keeps the newest of too many, and says of the others when they were taken away', async () => {
      const ids = await put([1, 2, 3, 4, 5]);
      expect(await removeNow({ runs: 2 })).toBe(3);
      expect(await left()).toEqual([ids[4], ids[3]]);
      const [gone = ''] = ids;
      expect(await place.store.removedAt(gone)).toBe(at(10).toISOString());
      expect(await place.store.summary(gone)).toBeUndefined();
      expect(await place.store.size(gone)).toBe(0);
      expect(await place.store.removedAt(ids[4] ?? '')).toBeUndefined();
    });
    it('takes away what is older than so many days, to the moment', async () => {
      const ids = await put([1, 2, 3]);
      expect(await removeNow({ days: 8 }, 10)).toBe(1);
      expect(await left()).toEqual([ids[2], ids[1]]);
    });
    it('takes the oldest away until all files together are small enough', async () => {
      const ids = await put([1, 2, 3, 4], 'x'.repeat(10_000));
      const one = await place.store.size(ids[0] ?? '');
      expect(await removeNow({ bytes: 2 * one })).toBe(2);
      expect(await left()).toEqual([ids[3], ids[2]]);
    });
    it('never takes what somebody keeps, nor a member of such a set; they count all the same', async () => {
      const [kept = '', ofKept = '', ofNone = '', plain = ''] = await put([1, 2, 3, 4]);
      await keep(kept);
      await keep(await putSet(place.store, 7, [ofKept]));
      const unkept = await putSet(place.store, 9, [ofNone]);
      await removeNow({ runs: 1, days: 1, bytes: 1 }, 400);
      expect((await left()).sort()).toEqual([kept, ofKept].sort());
      for (const id of [ofNone, plain, unkept]) expect(await place.store.removedAt(id)).toBeDefined();
      expect(await place.store.sets.get(unkept)).toBeUndefined();
      await place.store.keeping.release(kept);
      await removeNow({ runs: 1 });
      expect(await left()).not.toContain(kept);
    });
    it('takes those last whose report was asked for in the last 30 days, by itself or in a set, and binds them to every limit', async () => {
      const ids = await put(
        Array.from({ length: 12 }, (_, day) => day + 1),
        'x'.repeat(1000),
      );
      const [old = '', asked = '', ofSet = '', long = ''] = ids;
      await place.store.keeping.noteAsked(asked, at(19));
      await place.store.keeping.noteAsked(await putSet(place.store, 8, [ofSet]), at(18));
      await place.store.keeping.noteAsked(long, at(-20));
      expect(await removeNow({ runs: 8 }, 20)).toBe(4);
      expect(await left()).toEqual(expect.arrayContaining([asked, ofSet]));
      expect(await left()).not.toEqual(expect.arrayContaining([old]));
      expect(await left()).not.toEqual(expect.arrayContaining([long]));
      // Older than the limit on days.
      expect(await removeNow({ days: 17.5 }, 20)).toBe(1);
      expect(await left()).not.toContain(asked);
      expect(await removeNow({ bytes: 0 }, 20)).toBe(7);
    });
    it('gives what was asked for a quarter of the limits: who asks for everything pushes out nothing that is new', async () => {
      const ids = await put(Array.from({ length: 40 }, (_, day) => day + 1));
      // The oldest one last.
      for (const [index, id] of ids.slice(0, 30).entries())
        await place.store.keeping.noteAsked(id, at(101 - index / 100));
      expect(await removeNow({ runs: 20 }, 102)).toBe(20);
      expect(await left()).toEqual([...ids.slice(0, 5), ...ids.slice(25)].reverse());
    });
    it('keeps a set as long as one of its runs is there, and the set says which are not', async () => {
      const ids = await put([1, 2]);
      const set = await putSet(place.store, 3, ids);
      await removeNow({ runs: 1 });
      expect((await place.store.sets.get(set))?.members).toHaveLength(2);
      expect(await place.store.removedAt(ids[0] ?? '')).toBeDefined();
      await removeNow({ runs: 0 });
      expect(await place.store.sets.get(set)).toBeUndefined();
      expect(await place.store.removedAt(set)).toBeDefined();
    });
    it('works in steps, so that nothing else waits long', async () => {
      await put(Array.from({ length: 250 }, (_, index) => index / 100));
      expect(await steps({ runs: 0 })).toEqual([100, 100, 50]);
    });
  });

  describe('the keeper', () => {
    it('looks at its start, and after runs at most once a minute', async () => {
      await put([1, 2, 3]);
      const timers: { ms: number; then: () => void }[] = [];
      const said: string[] = [];
      const keeper = scheduleRetention({
        store: place.store,
        limits: { ...noLimits, runs: 2 },
        date: () => at(10),
        later: (ms, then) => {
          timers.push({ ms, then });
          return () => {};
        },
        log: (line) => said.push(line),
      });
      await expect.poll(() => said.length).toBe(1);
      expect(said[0]).toContain('1 of the oldest runs were removed');
      expect(await left()).toHaveLength(2);
      await put([4]);
      keeper.soon();
      keeper.soon();
      expect(await left()).toHaveLength(3);
      expect(timers.map(({ ms }) => ms)).toEqual([leastMsApart]);
      timers[0]?.then();
      await expect.poll(async () => (await left()).length).toBe(2);
      // Nothing happened since: the timer that ends the minute starts nothing.
      timers[1]?.then();
      expect(timers).toHaveLength(2);
      await keeper.close();
    });
  });
}
