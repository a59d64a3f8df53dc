/** Keeps the records within their limits while the server runs: at its start and after runs, at most once a minute, in small steps. */
import type { Retention } from './pins.ts';
import type { RunStore } from './store.ts';

export type Keeper = {
  /** Records were added: looks at the limits when it is time. */
  soon(): void;
  /** Resolves when nothing is being taken away any more. */
  close(): Promise<void>;
};

export type KeeperOptions = {
  readonly store: Pick<RunStore, 'retain' | 'keeping'>;
  readonly limits: Retention;
  readonly date: () => Date;
  /** Calls back after so many milliseconds; returns the way to call it off. */
  readonly later: (ms: number, then: () => void) => () => void;
  readonly log: (line: string) => void;
};

export const leastMsApart = 60_000;

/** Looks at once, and from then on whenever it is told of new records. */
export function scheduleRetention({ store, limits, date, later, log }: KeeperOptions): Keeper {
  let working: Promise<void> = Promise.resolve();
  let isWanted = false;
  let isClosed = false;
  let callOff: (() => void) | undefined;

  const look = async (): Promise<void> => {
    let removed = 0;
    try {
      for (const some of store.retain(limits, date())) {
        removed += some;
        // Requests have their turn between two steps.
        await new Promise((resolve) => setImmediate(resolve));
        if (isClosed) break;
      }
    } catch (error) {
      log(`Old records could not be taken away: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (removed === 0) return;
    const { runs, bytes } = store.keeping.total();
    log(
      `${removed} of the oldest runs were taken away, as --keep-runs, --keep-days and --keep-mib say. ${runs} runs with ${(bytes / 1024 / 1024).toFixed(1)} MiB are kept by somebody and stay: \`vantage store\` says by whom.`,
    );
  };
  const begin = () => {
    isWanted = false;
    working = look();
    callOff = later(leastMsApart, () => {
      callOff = undefined;
      if (isWanted && !isClosed) void working.then(begin);
    });
  };
  begin();
  return {
    soon() {
      isWanted = true;
      if (callOff === undefined && !isClosed) begin();
    },
    async close() {
      isClosed = true;
      callOff?.();
      await working;
    },
  };
}
