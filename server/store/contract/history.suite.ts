/** The history and sets: what every store promises of them. Not a test by itself. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultRetention } from '../../config/config.ts';
import type { HistoryFilter } from '../history.ts';
import { firstDay, headerOf, type OpenPlace, putRun, putSet, type TestStore } from '../testing.ts';

export function historyContract(open: OpenPlace): void {
  let place: TestStore;
  const ids: string[] = [];
  let set = '';
  beforeAll(async () => {
    place = await open();
    const { store } = place;
    const step = (role: string) => [{ id: 's', role, command: 'true' }];
    ids.push(
      await putRun(store, { day: 0 }),
      await putRun(store, { day: 1, verdict: 'differs', observed: '7' }),
      await putRun(store, { day: 2, header: { check: 'd', steps: step('front') } }),
      await putRun(store, { day: 3, header: { condition: 'healthy' }, verdict: 'inconclusive' }),
      await putRun(store, { day: 4, header: { writeup: 'v', source: 'live', condition: '' } }),
    );
    set = await putSet(store, 2, ids.slice(1, 3));
    // One that has not ended is in no history.
    store.create(headerOf({ day: 9 })).abandon();
  });
  afterAll(() => place.close());

  const found = async (filter: HistoryFilter) =>
    (await place.store.history.list(filter, 100)).map(({ summary }) => ids.indexOf(summary.run));

  describe('the history', () => {
    it.each<[HistoryFilter, number[]]>([
      [{}, [4, 3, 2, 1, 0]],
      [{ writeup: 'v' }, [4]],
      [{ check: 'd' }, [2]],
      [{ role: 'front' }, [2]],
      [{ role: 'fron' }, []],
      [{ role: "x') OR 1 --" }, []],
      [{ verdict: 'differs' }, [1]],
      [{ source: 'live' }, [4]],
      [{ condition: 'healthy' }, [3]],
      [{ condition: '' }, [4]],
      [{ since: '2026-11-03' }, [4, 3, 2]],
      [{ until: '2026-11-03T00:00:00.000Z' }, [1, 0]],
      [{ writeup: 'w', verdict: 'agrees', since: '2026-11-02' }, [2]],
    ])('filtered by %j gives %j, newest first', async (filter, expected) => {
      expect(await found(filter)).toEqual(expected);
      expect(await place.store.history.count(filter)).toBe(expected.length);
    });
    it('goes on from the last of the page before', async () => {
      const page = await place.store.history.list({}, 2);
      const before = page.at(-1)?.summary.run ?? '';
      expect(await found({ before })).toEqual([2, 1, 0]);
    });
    it('lists a set once, in place of its runs, wherever a page ends', async () => {
      const all = (await place.store.history.items({}, 100)).map(({ id }) => id);
      expect(all).toEqual([ids[4], ids[3], set, ids[0]]);
      const paged: string[] = [];
      for (let before: string | undefined; ;) {
        const [item] = await place.store.history.items(before === undefined ? {} : { before }, 1);
        if (item === undefined) break;
        paged.push(item.id);
        before = item.id;
      }
      expect(paged).toEqual(all);
    });
    it('lists a set when the filter leaves one of its runs, and not otherwise', async () => {
      const items = (filter: HistoryFilter) => place.store.history.items(filter, 100);
      expect(await items({ verdict: 'differs' })).toEqual([{ kind: 'set', id: set }]);
      expect(await items({ check: 'd', verdict: 'differs' })).toEqual([]);
      expect(await items({ source: 'live' })).toEqual([{ kind: 'run', id: ids[4] }]);
    });
    it('has a strip for each check in each place, oldest first, and never mixes places', async () => {
      const strips = await place.store.history.strips({}, 10);
      expect(
        strips.map(({ writeup, check, source, condition, cells }) => [
          `${writeup} ${check} ${source} ${condition}`,
          cells.map(({ run }) => ids.indexOf(run)),
        ]),
      ).toEqual([
        ['v c live ', [4]],
        ['w c lab as-documented', [0, 1]],
        ['w c lab healthy', [3]],
        ['w d lab as-documented', [2]],
      ]);
      expect(strips[1]?.cells[1]).toMatchObject({ verdict: 'differs', observed: '7' });
      const short = await place.store.history.strips({ check: 'c', writeup: 'w' }, 1);
      expect(short.map(({ cells }) => cells.length)).toEqual([1, 1]);
    });
  });

  describe('sets', () => {
    it('are kept with their members in order, newest first, and replaced by their id', async () => {
      const { sets } = place.store;
      const own = await sets.get(set);
      expect(own?.members.map(({ run }) => run)).toEqual(ids.slice(1, 3));
      if (own === undefined) throw new Error('expected the set');
      const members = own.members.toReversed();
      await sets.put({ ...own, title: 'Review', note: '*text*', pinned: true, members });
      expect(await sets.get(set)).toMatchObject({ title: 'Review', note: '*text*', pinned: true, members });
      expect((await sets.newest('w'))?.set).toBe(set);
      expect(await sets.newest('v')).toBeUndefined();
      expect(await sets.list(undefined, 10)).toHaveLength(1);
      await sets.put(own);
    });
    it('and runs can be kept and let go again; what is not there cannot', async () => {
      const { sets, keeping, pinned } = place.store;
      const [run = ''] = ids;
      const keep = async (id: string) =>
        (await keeping.keep(id, { by: 'Ada', at: new Date(firstDay) }, defaultRetention)).done;
      expect([await keep(set), (await sets.get(set))?.pinned]).toEqual([true, true]);
      expect([await keep(run), await pinned(run)]).toEqual([true, true]);
      expect(await keep('01ARZ3NDEKTSV4RRFFQ69G5FAV')).toBe(false);
      expect(await Promise.all([set, run, 'nothing'].map(keeping.release))).toEqual([true, true, false]);
      expect(await pinned(run)).toBe(false);
    });
    it('stay when the store is opened again', async () => {
      await place.reopen();
      expect((await place.store.sets.get(set))?.members).toHaveLength(2);
    });
  });
}
