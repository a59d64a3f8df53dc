/** Makes sets: the runs of one request, and reports that are saved with a title. */
import type { RunSet } from '../../src/core/protocol/down.ts';
import type { Retention } from '../store/pins.ts';
import type { Store } from '../store/contract.ts';

export type SetMaker = ReturnType<typeof createSetMaker>;

type SetMakerOptions = {
  readonly store: Store;
  readonly limits: Retention;
  /** A new id, which sorts after all before it. */
  readonly id: () => string;
  readonly date: () => Date;
  readonly log: (error: unknown) => void;
};

export function createSetMaker({ store, limits, id, date, log }: SetMakerOptions) {
  const save = async (more: Omit<RunSet, 'set' | 'startedAt'>): Promise<RunSet | undefined> => {
    const set = { set: id(), startedAt: date().toISOString(), ...more };
    try {
      await store.sets.put(set);
      return set;
    } catch (error) {
      log(error);
      return undefined;
    }
  };
  return {
    /** The runs of one request. Undefined if it cannot be stored; the runs go on. */
    saveTogether: (writeup: string, by: string, members: RunSet['members']) =>
      save({ writeup, by, members, title: '', note: '', pinned: false }),
    /** A pinned set of these runs, or why it cannot be saved. */
    async save({
      runs,
      ...rest
    }: Pick<RunSet, 'writeup' | 'by' | 'title' | 'note'> & { runs: readonly string[] }) {
      const members: RunSet['members'] = [];
      for (const run of new Set(runs)) {
        const summary = await store.summary(run);
        if (summary?.state !== 'ended')
          return `The run ${run} has not ended, or its record is gone. Wait for it, or save the others.`;
        members.push({ check: summary.check, run });
      }
      const ids = members.map(({ run }) => run);
      return (
        (await store.keeping.full(ids, limits)) ??
        (await save({ ...rest, pinned: true, members })) ??
        'The set could not be written to disk, so nothing is saved. Make room in the data folder and save again.'
      );
    },
  };
}
