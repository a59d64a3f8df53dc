/** What the history says about each writeup, kept up to date as runs end. Deciding is left to `src/core/run/lifecycle.ts`, telling pages to the caller. */
import { decodeEntries } from '../../src/core/protocol/codec.ts';
import {
  noticesOf,
  type PlaceFacts,
  type MachineSoftware,
  timesInARow,
} from '../../src/core/run/lifecycle.ts';
import type { Notice } from '../../src/core/run/notice.ts';
import type { LoadedWriteup } from '../content/load.ts';
import type { HistoryRow } from '../store/history.ts';
import type { StoreReading } from '../store/reading.ts';
import type { RunRegistry } from './runRegistry.ts';
import { finishedRuns, documentedPlaces } from './documentedRuns.ts';

export type Notices = {
  of(writeup: LoadedWriteup): readonly Notice[];
  /** Ends the listening. */
  close(): void;
};

export type NoticesOptions = {
  readonly store: Pick<StoreReading, 'history' | 'read'>;
  readonly registry: Pick<RunRegistry, 'listen'>;
  readonly writeups: ReadonlyMap<string, LoadedWriteup>;
  readonly date: () => Date;
  /** Told only when they are others than before. */
  readonly changed: (writeup: string, notices: readonly Notice[]) => void;
  readonly log: (error: unknown) => void;
};

/** Where the ready change of a check is, as a path on this server. */
export const changePath = (writeup: string, check: string): string => `/changes/${writeup}/${check}`;

/** Of each deciding row: enough for three takings, with some that came to nothing or were taken alone between them. */
const rowsLooked = timesInARow * 6;
/** The machines of a row are in the first entries of its record; deciding rows write little. */
const headBytes = 128 * 1024;
const headsRemembered = 256;

export function createNotices({ store, registry, writeups, date, changed, log }: NoticesOptions): Notices {
  const facts = new Map<string, readonly PlaceFacts[]>();
  const told = new Map<string, string>();
  const heads = createHeads(store);

  const decide = (writeup: LoadedWriteup): readonly Notice[] => {
    const places = facts.get(writeup.id) ?? factsOf(writeup, store, heads);
    facts.set(writeup.id, places);
    // The day is looked at each time: a review gets due while nothing runs.
    const today = date().toISOString().slice(0, 10);
    const changeOf = (check: string) => changePath(writeup.id, check);
    return noticesOf(writeup.writeup, { today, places, changeOf });
  };
  const safely = (writeup: LoadedWriteup): readonly Notice[] => {
    try {
      return decide(writeup);
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
      told.set(id, told.get(id) ?? JSON.stringify(safely(writeup)));
      facts.delete(id);
      const now = safely(writeup);
      if (JSON.stringify(now) === told.get(id)) return;
      told.set(id, JSON.stringify(now));
      changed(id, now);
    },
  });
  return { of: safely, close: stop };
}

type Heads = (run: string) => readonly MachineSoftware[];

function factsOf(
  { id, writeup, checks }: LoadedWriteup,
  store: NoticesOptions['store'],
  heads: Heads,
): readonly PlaceFacts[] {
  return documentedPlaces.map((place) => {
    const { source } = place;
    const ofChecks = (writeup.limitation?.checks ?? []).map((check) =>
      finishedRuns(store, { writeup: id, check }, place, rowsLooked),
    );
    const seen = ofChecks.flatMap((rows) => rows.slice(0, 2).flatMap(({ summary }) => heads(summary.run)));
    const present = ({ summary }: HistoryRow) => summary.checkHash === checks.get(summary.check)?.hash;
    const rows = ofChecks
      .flat()
      .filter(present)
      .toSorted((a, b) => (a.summary.run < b.summary.run ? 1 : -1))
      .map(({ summary: { check, judgement, startedAt } }) => ({
        check,
        judgement,
        takenAt: startedAt,
        source,
      }));
    return { source, rows, seen };
  });
}

/** Who answered in a run, from its first entries; remembered, for an ended run does not change. */
function createHeads(store: NoticesOptions['store']): Heads {
  const known = new Map<string, readonly MachineSoftware[]>();
  return (run) => {
    const found = known.get(run) ?? machinesOf(store, run);
    known.set(run, found);
    for (const oldest of known.keys()) {
      if (known.size <= headsRemembered) break;
      known.delete(oldest);
    }
    return found;
  };
}

function machinesOf(store: NoticesOptions['store'], run: string): readonly MachineSoftware[] {
  try {
    const bodies = store
      .read(run, 0, headBytes)
      .entries.flatMap((encoded) => decodeEntries(encoded))
      .map(({ body }) => body);
    const header = bodies.find((body) => body.kind === 'header');
    return bodies.flatMap((body) =>
      body.kind === 'step-started'
        ? [{ machine: body.machine, kernel: body.identity.kernel, on: header?.startedAt ?? '' }]
        : [],
    );
  } catch {
    // A file that was cut or taken away tells nothing of its machines.
    return [];
  }
}
