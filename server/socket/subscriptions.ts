/** The runs that one page follows. Reading each at its own pace is left to `viewer.ts`. */
import type { Down } from '../../src/core/protocol/down.ts';
import type { Up } from '../../src/core/protocol/up.ts';
import type { RunRegistry } from '../runs/runRegistry.ts';
import { type BatchWriter, createLogReader, type LogReader } from '../runs/logReader.ts';
import type { RunStore } from '../store/store.ts';

export type Following = {
  follow(message: Extract<Up, { type: 'follow' }>): void;
  unfollow(run: string): void;
  grown(run: string, length: number): void;
  count(): number;
  close(): void;
};

export type FollowingOptions = {
  readonly hub: Pick<RunRegistry, 'lengthOf'>;
  readonly store: RunStore;
  readonly send: (message: Down) => void;
  readonly outlet: BatchWriter;
  readonly refuse: (message: string) => void;
  readonly log: (error: unknown) => void;
};

const maxFollowed = 64;

export function createFollowing({ hub, store, send, outlet, refuse, log }: FollowingOptions): Following {
  const viewers = new Map<string, LogReader>();
  return {
    follow({ run: id, from, tail }) {
      viewers.get(id)?.close();
      viewers.delete(id);
      const length = hub.lengthOf(id);
      if (length === undefined && !store.summary(id))
        return send({
          type: 'unknown-run',
          run: id,
          message: 'This run is not known here. Its record may have been removed.',
        });
      if (viewers.size >= maxFollowed) return refuse('too many runs followed at once');
      const failed = (error: unknown) => {
        log(error);
        viewers.delete(id);
        send({ type: 'unknown-run', run: id, message: 'The record of this run cannot be read.' });
      };
      viewers.set(
        id,
        createLogReader({
          ...{ run: id, from, tail, length: length ?? Number.POSITIVE_INFINITY },
          ...{ store, outlet, failed },
        }),
      );
    },
    unfollow(run) {
      viewers.get(run)?.close();
      viewers.delete(run);
    },
    grown: (run, length) => viewers.get(run)?.grown(length),
    count: () => viewers.size,
    close() {
      for (const viewer of viewers.values()) viewer.close();
    },
  };
}
