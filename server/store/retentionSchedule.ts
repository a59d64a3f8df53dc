/** Applies the retention at the start of the server and after runs, at most once a minute, in small steps. */
import type { Retention } from './pins.ts';
import type { Store } from './contract.ts';
import { mib } from '../files/diskSpace.ts';
import { messageOf } from '../files/errors.ts';

type KeeperOptions = {
  readonly store: Pick<Store, 'retain' | 'keeping'>;
  readonly limits: Retention;
  readonly date: () => Date;
  /** Calls back after this many milliseconds; returns how to cancel it. */
  readonly later: (ms: number, then: () => void) => () => void;
  readonly log: (line: string) => void;
};

export const leastMsApart = 60_000;

/** Applies the limits at once, and then after new records. */
export function scheduleRetention({ store, limits, date, later, log }: KeeperOptions) {
  let working: Promise<void> = Promise.resolve();
  let isWanted = false;
  let isClosed = false;
  let cancel: (() => void) | undefined;

  const look = async (): Promise<void> => {
    let removed = 0;
    try {
      for await (const some of store.retain(limits, date())) {
        removed += some;
        // Requests get their turn between two steps.
        await new Promise((resolve) => setImmediate(resolve));
        if (isClosed) break;
      }
    } catch (error) {
      log(`Old records could not be removed: ${messageOf(error)}`);
    }
    if (removed === 0) return;
    const { runs, bytes } = await store.keeping.total();
    log(
      `${removed} of the oldest runs were removed, as --keep-runs, --keep-days and --keep-mib say. ${runs} runs with ${mib(bytes)} MiB are pinned and stay: \`vantage store\` says by whom.`,
    );
  };
  const begin = () => {
    isWanted = false;
    working = look();
    cancel = later(leastMsApart, () => {
      cancel = undefined;
      if (isWanted && !isClosed) void working.then(begin);
    });
  };
  begin();
  return {
    /** Records were added: applies the limits when it is time. */
    soon() {
      isWanted = true;
      if (cancel === undefined && !isClosed) begin();
    },
    /** Resolves when the last step is done. */
    async close() {
      isClosed = true;
      cancel?.();
      await working;
    },
  };
}
