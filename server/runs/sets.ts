/** Makes sets: what was asked for together, and what a review freezes. Keeping them is left to the store. */
import type { RunSet } from '../../src/core/protocol/down.ts';
import type { Retention } from '../store/retentionLimits.ts';
import type { RunStore } from '../store/store.ts';

export type SetMaker = {
  /** The runs of one request for several checks. Nothing when it could not be kept: the runs themselves go on. */
  saveTogether(writeup: string, by: string, members: RunSet['members']): RunSet | undefined;
  /** A pinned set of these runs; a sentence when that cannot be. */
  freeze(what: {
    readonly writeup: string;
    readonly by: string;
    readonly runs: readonly string[];
    readonly title: string;
    readonly note: string;
  }): RunSet | string;
};

export type SetMakerOptions = {
  readonly store: RunStore;
  /** What the store holds at most: what is kept may take a part of it. */
  readonly limits: Retention;
  /** A new id, which sorts after all before it. */
  readonly id: () => string;
  readonly date: () => Date;
  readonly log: (error: unknown) => void;
};

export function createSetMaker({ store, limits, id, date, log }: SetMakerOptions): SetMaker {
  const keep = (set: RunSet): RunSet | undefined => {
    try {
      store.sets.put(set);
      return set;
    } catch (error) {
      log(error);
      return undefined;
    }
  };
  const base = (writeup: string, by: string) => ({
    set: id(),
    writeup,
    by,
    startedAt: date().toISOString(),
  });
  return {
    saveTogether: (writeup, by, members) =>
      keep({ ...base(writeup, by), title: '', note: '', pinned: false, members }),
    freeze({ writeup, by, runs, title, note }) {
      const members: RunSet['members'] = [];
      for (const run of new Set(runs)) {
        const summary = store.summary(run);
        if (summary?.state !== 'ended')
          return `The run ${run} has not ended, or its record is gone. Wait for it, or freeze the others.`;
        members.push({ check: summary.check, run });
      }
      const full = store.keeping.full(
        members.map(({ run }) => run),
        limits,
      );
      if (full !== undefined) return full;
      return (
        keep({ ...base(writeup, by), title, note, pinned: true, members }) ??
        'The set could not be written to disk, so nothing is frozen. Make room in the data folder and freeze again.'
      );
    },
  };
}
