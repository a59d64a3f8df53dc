/** The overview of each writeup, for a page that comes, and for all its pages when a run has ended. */
import { createOverview } from '../../src/core/overview.ts';
import type { EndedRun, Summary } from '../../src/core/protocol/down.ts';
import type { Overview } from '../../src/core/protocol/overview.ts';
import type { IllustratedWriteup } from '../content/load.ts';
import { queue } from '../files/queue.ts';
import type { Store } from '../store/contract.ts';
import type { RunRegistry } from './runRegistry.ts';

export type OverviewsOptions = {
  readonly store: Pick<Store, 'latest' | 'fault'>;
  readonly registry: Pick<RunRegistry, 'listen'>;
  readonly writeups: ReadonlyMap<string, IllustratedWriteup>;
  readonly changed: (writeup: string, overview: Overview) => void;
  readonly log: (error: unknown) => void;
};

/** Of a writeup that is known: the overview for these runs of it. */
export type OverviewOf = (writeup: string, runs: readonly Summary[]) => Overview;

export function createOverviews({ store, registry, writeups, changed, log }: OverviewsOptions): OverviewOf {
  // Its rules take some milliseconds, so each writeup has them when it is first read.
  const known = new Map<string, ReturnType<typeof createOverview>>();
  const overviewOf: OverviewOf = (id, runs) => {
    const writeup = writeups.get(id);
    if (writeup === undefined) throw new Error(`expected a known writeup, found ${id}`);
    const overview = known.get(id) ?? createOverview({ ...writeup, checks: [...writeup.checks.values()] });
    known.set(id, overview);
    return overview(runs.flatMap((run): EndedRun[] => (run.state === 'ended' ? [run] : [])));
  };
  const waiting = new Set<string>();
  const inTurn = queue();
  registry.listen({
    summary(id, { state }) {
      if (state !== 'ended' || !writeups.has(id) || waiting.has(id)) return;
      waiting.add(id);
      // One after the other, so that an earlier answer never comes last.
      inTurn(async () => {
        waiting.delete(id);
        changed(id, overviewOf(id, await store.latest(id)));
      }).catch((error: unknown) => {
        // The store itself says that it is gone.
        if (store.fault() === undefined) log(error);
      });
    },
  });
  return overviewOf;
}
