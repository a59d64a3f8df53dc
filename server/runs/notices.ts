/** Notices about each writeup from its history, updated as runs end. */
import { decodeAll } from '../../src/core/protocol/codec.ts';
import {
  noticesOf,
  type PlaceFacts,
  type MachineSoftware,
  timesInARow,
  type Notice,
} from '../../src/core/run/lifecycle.ts';
import { isCurrent } from '../../src/core/run/limitation.ts';
import { queue } from '../files/queue.ts';
import { dropOldest } from '../identity/rateLimits.ts';
import { hashesOf, type LoadedWriteup } from '../content/load.ts';
import type { StoreReading } from '../store/contract.ts';
import type { RunRegistry } from './runRegistry.ts';
import { finishedRuns, documentedPlaces } from './documentedRuns.ts';

export type Notices = ReturnType<typeof createNotices>;

export type NoticesOptions = {
  readonly store: Pick<StoreReading, 'history' | 'read'>;
  readonly registry: Pick<RunRegistry, 'listen'>;
  readonly writeups: ReadonlyMap<string, LoadedWriteup>;
  readonly date: () => Date;
  /** Called only when they differ from before. */
  readonly changed: (writeup: string, notices: readonly Notice[]) => void;
  readonly log: (error: unknown) => void;
};

/** The path of a check's proposed change. */
export const changePath = (writeup: string, check: string): string => `/changes/${writeup}/${check}`;

/** Of each deciding row: enough for three runs of all rows, with others between them. */
const rowsRead = timesInARow * 6;
/** The machines of a run are in its first entries; deciding rows write little. */
const headBytes = 128 * 1024;
const runsRemembered = 256;

export function createNotices({ store, registry, writeups, date, changed, log }: NoticesOptions) {
  const facts = new Map<string, readonly PlaceFacts[]>();
  const sent = new Map<string, string>();
  const machinesOf = createMachineCache(store);
  const inTurn = queue();

  const decide = async (writeup: LoadedWriteup): Promise<readonly Notice[]> => {
    const places = facts.get(writeup.id) ?? (await factsOf(writeup, store, machinesOf));
    facts.set(writeup.id, places);
    // A review becomes due while nothing runs.
    const today = date().toISOString().slice(0, 10);
    const changeOf = (check: string) => changePath(writeup.id, check);
    return noticesOf(writeup.writeup, { today, places, changeOf });
  };
  const noticesNow = async (writeup: LoadedWriteup): Promise<readonly Notice[]> => {
    try {
      return await decide(writeup);
    } catch (error) {
      // The page is readable without them.
      log(error);
      return [];
    }
  };

  const stop = registry.listen({
    summary(id, { state, check }) {
      const writeup = writeups.get(id);
      if (state !== 'ended' || !writeup?.writeup.limitation?.checks.includes(check)) return;
      // One after the other, so that an earlier answer never comes last.
      inTurn(async () => {
        sent.set(id, sent.get(id) ?? JSON.stringify(await noticesNow(writeup)));
        facts.delete(id);
        const now = await noticesNow(writeup);
        if (JSON.stringify(now) === sent.get(id)) return;
        sent.set(id, JSON.stringify(now));
        changed(id, now);
      }).catch(log);
    },
  });
  return { of: noticesNow, close: stop };
}

type MachinesOf = (run: string) => Promise<readonly MachineSoftware[]>;

async function factsOf(
  { id, writeup, checks }: LoadedWriteup,
  store: NoticesOptions['store'],
  machinesOf: MachinesOf,
): Promise<readonly PlaceFacts[]> {
  const hashes = hashesOf(checks);
  const facts = documentedPlaces.map(async (place) => {
    const { source } = place;
    const ofChecks = await Promise.all(
      (writeup.limitation?.checks ?? []).map((check) =>
        finishedRuns(store, { writeup: id, check }, place, rowsRead),
      ),
    );
    const newest = ofChecks.flatMap((rows) => rows.slice(0, 2));
    const seen = (await Promise.all(newest.map(({ summary }) => machinesOf(summary.run)))).flat();
    const rows = ofChecks
      .flat()
      .map(({ summary }) => summary)
      .filter((run) => isCurrent(run, hashes))
      .toSorted((a, b) => (a.run < b.run ? 1 : -1));
    return { source, rows, seen };
  });
  return Promise.all(facts);
}

/** The machines of a run, from its first entries. Cached: an ended run does not change. */
function createMachineCache(store: NoticesOptions['store']): MachinesOf {
  const known = new Map<string, readonly MachineSoftware[]>();
  return async (run) => {
    const found = known.get(run) ?? (await readMachines(store, run));
    known.set(run, found);
    dropOldest(known, () => known.size > runsRemembered);
    return found;
  };
}

async function readMachines(
  store: NoticesOptions['store'],
  run: string,
): Promise<readonly MachineSoftware[]> {
  try {
    const bodies = decodeAll((await store.read(run, 0, headBytes)).entries).map(({ body }) => body);
    const header = bodies.find((body) => body.kind === 'header');
    return bodies.flatMap((body) =>
      body.kind === 'step-started'
        ? [{ machine: body.machine, kernel: body.identity.kernel, on: header?.startedAt ?? '' }]
        : [],
    );
  } catch {
    // The file was cut or removed.
    return [];
  }
}
