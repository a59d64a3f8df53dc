/** What is kept: by somebody, with a name and a time, within half of the limits. What every store promises of it; not a test by itself. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firstDay, headerOf, type OpenPlace, putRun, putSet, type TestStore } from '../testing.ts';

export function pinsContract(open: OpenPlace): void {
  let place: TestStore;
  beforeEach(async () => {
    place = await open();
  });
  afterEach(() => place.close());

  const at = new Date(firstDay);
  const limits = { runs: 8, days: 365, bytes: 1e9 };
  const keep = (id: string, own = limits) => place.store.keeping.keep(id, { by: 'Ada', at }, own);

  describe('what is kept', () => {
    it('has a name and a time, and is let go again', async () => {
      const run = await putRun(place.store, { day: 1 });
      const set = await putSet(place.store, 2, [run]);
      expect([await keep(run), await keep(set)]).toEqual([{ done: true }, { done: true }]);
      await place.store.keeping.keep(run, { by: 'Bob', at: new Date(firstDay + 1) }, limits);
      expect(await place.store.keeping.list()).toMatchObject([
        { id: set, kind: 'set', runs: 1, by: 'Ada', at: at.toISOString() },
        { id: run, kind: 'run', title: 'A check', by: 'Ada', at: at.toISOString() },
      ]);
      expect((await place.store.keeping.total()).runs).toBe(1);
      for (const id of [run, set]) expect(await place.store.keeping.release(id)).toBe(true);
      expect([await place.store.keeping.list(), (await place.store.keeping.total()).runs]).toEqual([[], 0]);
    });
    it('is at most half of the limits on runs and on bytes; beyond it says what is kept and what to do', async () => {
      const runs: string[] = [];
      for (const day of [1, 2, 3, 4, 5])
        runs.push(await putRun(place.store, { day, output: 'x'.repeat(1e5) }));
      const [first = '', ...others] = runs;
      for (const run of others) expect(await keep(run)).toEqual({ done: true });
      expect(await keep(first)).toMatchObject({
        ...{ done: false, why: 'full' },
        message: expect.stringMatching(
          /half of the limits of this server \(4 runs.*4 runs with 0\.4 MiB are pinned.*5 with 0\.5 MiB/,
        ),
      });
      expect(await keep(await putSet(place.store, 6, runs))).toMatchObject({ why: 'full' });
      await place.store.keeping.release(others[0] ?? '');
      expect(await keep(first, { ...limits, bytes: 7e5 })).toMatchObject({ why: 'full' });
      expect(await keep(first)).toEqual({ done: true });
    });
    it('has ended: of a run that goes on nobody knows how large it becomes', async () => {
      const header = headerOf({ day: 3 });
      place.store.create(header).abandon();
      // Its row may be on its way.
      await expect.poll(() => keep(header.run)).toMatchObject({ why: 'running' });
      expect(await keep(await putSet(place.store, 4, [header.run]))).toMatchObject({ why: 'running' });
      expect(await keep('01ARZ3NDEKTSV4RRFFQ69G5FAV')).toMatchObject({ why: 'gone' });
    });
  });
}
