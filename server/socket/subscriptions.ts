/** The run logs that one page follows. */
import type { Up } from '../../src/core/protocol/up.ts';
import { createLogReader, type LogReader } from '../runs/logReader.ts';
import type { ConnectionDeps } from './connectionDeps.ts';
import type { ConnectionWriter } from './connectionWriter.ts';

const maxFollowed = 64;

export function createSubscriptions(
  { registry, store, log }: Pick<ConnectionDeps, 'registry' | 'store' | 'log'>,
  writer: ConnectionWriter,
  rejectMessage: (message: string) => void,
) {
  const logReaders = new Map<string, LogReader>();
  const unfollow = (run: string) => {
    logReaders.get(run)?.close();
    logReaders.delete(run);
  };
  const sendUnknown = (run: string, message: string) => writer.send({ type: 'unknown-run', run, message });
  return {
    follow({ run, from, tail }: Extract<Up, { type: 'follow' }>): void | Promise<void> {
      unfollow(run);
      if (logReaders.size >= maxFollowed) return rejectMessage('too many runs followed at once');
      const failed = (error: unknown) => {
        log(error);
        logReaders.delete(run);
        sendUnknown(run, 'The record of this run cannot be read.');
      };
      const read = (length: number, size: number) =>
        logReaders.set(run, createLogReader({ run, from, tail, length, size, store, writer, failed }));
      const active = registry.lengthOf(run);
      if (active !== undefined) return void read(active, active);
      const place: Pick<LogReader, 'onGrown' | 'close'> = { onGrown() {}, close() {} };
      logReaders.set(run, place);
      const look = async () => {
        const [summary, size] = await Promise.all([store.summary(run), store.size(run)]);
        // The page has gone.
        if (logReaders.get(run) !== place) return;
        if (summary !== undefined) return void read(Number.POSITIVE_INFINITY, size);
        // Another server may have begun it just now.
        await registry.look?.();
        const length = registry.lengthOf(run);
        if (logReaders.get(run) !== place) return;
        if (length !== undefined) return void read(length, length);
        logReaders.delete(run);
        sendUnknown(run, 'This run is not known here. Its record may have been removed.');
      };
      return look().catch(failed);
    },
    unfollow,
    onGrown: (run: string, length: number) => logReaders.get(run)?.onGrown(length),
    count: () => logReaders.size,
    close: () => [...logReaders.keys()].forEach(unfollow),
  };
}
