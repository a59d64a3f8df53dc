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
    follow({ run, from, tail }: Extract<Up, { type: 'follow' }>) {
      unfollow(run);
      const length = registry.lengthOf(run);
      if (length === undefined && !store.summary(run))
        return sendUnknown(run, 'This run is not known here. Its record may have been removed.');
      if (logReaders.size >= maxFollowed) return rejectMessage('too many runs followed at once');
      const failed = (error: unknown) => {
        log(error);
        logReaders.delete(run);
        sendUnknown(run, 'The record of this run cannot be read.');
      };
      const options = { run, from, tail, length: length ?? Number.POSITIVE_INFINITY, store, writer, failed };
      logReaders.set(run, createLogReader(options));
    },
    unfollow,
    onGrown: (run: string, length: number) => logReaders.get(run)?.onGrown(length),
    count: () => logReaders.size,
    close: () => [...logReaders.keys()].forEach(unfollow),
  };
}
