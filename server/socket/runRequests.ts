/** What a page asks to be run, or kept as a set: answered once for each click, refused with a sentence, and told to all who read the writeup. */
import { isDeepStrictEqual } from 'node:util';
import type { Down, FleetView } from '../../src/core/protocol/down.ts';
import type { Up } from '../../src/core/protocol/up.ts';
import type { PageRights } from '../auth/grants.ts';
import type { LoadedWriteup } from '../content/load.ts';
import type { RunRegistry, OpenFleet } from '../runs/runRegistry.ts';
import type { SetMaker } from '../runs/sets.ts';
import type { RunStore } from '../store/store.ts';
import type { Presence } from './presence.ts';
import type { Clicks } from './requestIds.ts';

/** Who asks: the reader's key, and the name that others see. */
export type Asker = { readonly reader: string; readonly name: string };

export type RunRequests = {
  run(writeup: LoadedWriteup, asker: Asker, message: Extract<Up, { type: 'run' }>): void;
  freeze(writeup: LoadedWriteup, asker: Asker, message: Extract<Up, { type: 'freeze' }>): void;
};

export type RunRequestsOptions = {
  readonly hub: RunRegistry;
  readonly store: RunStore;
  readonly fleetView: (writeup: string) => FleetView;
  readonly fleet: (writeup: string) => OpenFleet | undefined;
  readonly audience: Presence;
  readonly clicks: Clicks;
  readonly sets: SetMaker;
  readonly rights: PageRights;
};

export function createRunRequests({
  hub,
  store,
  fleetView,
  fleet,
  audience,
  clicks,
  sets,
  rights,
}: RunRequestsOptions): RunRequests {
  const { send } = rights;
  const refuse = (key: string, message: string) => send({ type: 'refused', key, message });
  return {
    run(writeup, { reader, name }, { key, checks }) {
      const again = clicks.answered(reader, key);
      if (again) return send(again);
      const open = fleet(writeup.id);
      if (!open) {
        const view = fleetView(writeup.id);
        return refuse(
          key,
          view.state === 'ready' ? 'The fleet is not open yet. Try again in a moment.' : view.message,
        );
      }
      const unknown = checks.find((check) => !writeup.checks.has(check));
      if (unknown !== undefined)
        return refuse(
          key,
          `This server knows no check "${unknown}" in this writeup. Reload the page: it may be older than the server.`,
        );
      // Who joins what runs already begins nothing, and is kept from nothing.
      const { id } = writeup;
      const begun = new Set(checks.filter((check) => !hub.joins(id, check))).size;
      const why = begun === 0 ? undefined : (store.full() ?? rights.busy(begun));
      if (why !== undefined) return refuse(key, why);
      const runs = checks.flatMap((check) => {
        const loaded = writeup.checks.get(check);
        return loaded ? [{ check, ...hub.run(writeup, loaded, open, name) }] : [];
      });
      const members = runs.map(({ check, run }) => ({ check, run }));
      const newest = store.sets.newest(id);
      // The same runs again are no second set.
      const known = begun === 0 && isDeepStrictEqual(newest?.members, members) ? newest : undefined;
      const made = members.length > 1 && begun > 0 ? sets.together(id, name, members) : undefined;
      const answer: Extract<Down, { type: 'accepted' }> = {
        ...{ type: 'accepted', key, runs, set: (made ?? known)?.set ?? null },
      };
      clicks.keep(reader, answer);
      send(answer);
      if (made) audience.tell(id, { type: 'set', set: made });
    },
    freeze(writeup, { name }, { key, runs, title, note }) {
      const set = sets.freeze({ writeup: writeup.id, by: name, runs, title, note });
      if (typeof set === 'string') return refuse(key, set);
      send({ type: 'frozen', key, set });
      audience.tell(writeup.id, { type: 'set', set });
    },
  };
}
