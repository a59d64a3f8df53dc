/** One run from the queue to its record: writes every entry to the store, then tells it to viewers. What is run is left to `take.ts`. */
import { endedRun, type EndedRun } from '../../src/core/protocol/down.ts';
import type { Entry } from '../../src/core/run/entry.ts';
import { inconclusive, type Judgement } from '../../src/core/run/judgement.ts';
import { encodeEntry } from '../../src/core/protocol/codec.ts';
import type { RunHeader } from '../../src/core/run/run.ts';
import type { Problem } from '../../src/core/vocabulary.ts';
import { isDiskFault } from '../store/disk.ts';
import { FolderReplacedError } from '../files/folderIdentity.ts';
import type { RunLog, RunStore } from '../store/store.ts';

export type Recorder = {
  emit(body: Entry['body']): void;
  /** Why the record could not be written, once that has happened. */
  failure(): Problem | undefined;
  /** Judges, closes and seals. Resolves with the summary once it is on disk, or with one that says that it is not. */
  conclude(judgement: Judgement, how: 'finished' | 'cancelled'): Promise<EndedRun>;
};

export type RecorderOptions = {
  readonly store: RunStore;
  readonly header: RunHeader;
  /** Told after each entry is in the file: the file's length now. */
  readonly written: (length: number) => void;
  /** Called once, when the store fails: the run must end. */
  readonly failed: (problem: Problem) => void;
  readonly now: () => number;
  readonly date: () => Date;
};

export function createRecorder({ store, header, written, failed, now, date }: RecorderOptions): Recorder {
  const startedAt = now();
  let seq = 0;
  let length = 0;
  let log: RunLog | undefined;
  let problem: Problem | undefined;
  const lose = (error: unknown) => {
    if (problem) return;
    problem = notRecorded(error);
    failed(problem);
  };
  const write = (body: Entry['body']) => {
    if (problem) return;
    try {
      log ??= store.create(header);
      length = log.append(encodeEntry({ seq, at: now() - startedAt, body }));
      seq += 1;
    } catch (error) {
      lose(error);
    }
  };
  const emit = (body: Entry['body']) => {
    write(body);
    if (!problem) written(length);
  };
  emit(header);
  return {
    emit,
    failure: () => problem,
    async conclude(judgement, how) {
      const seconds = (now() - startedAt) / 1000;
      const summary = endedRun(header, { how, endedAt: date().toISOString(), seconds, judgement });
      // A verdict is told once it is on disk for good, and taken out of the file again when it never gets there.
      const before = length;
      write({ kind: 'judged', judgement });
      write({ kind: 'closed', how, endedAt: summary.endedAt });
      try {
        if (!problem) await log?.seal(summary);
      } catch (error) {
        lose(error);
      }
      if (!problem) {
        written(length);
        return summary;
      }
      // What is not on disk is no evidence: nothing that was concluded from it is kept.
      const lost = { ...summary, judgement: inconclusive(problem, judgement) };
      try {
        log?.abandon(before);
      } catch {
        // The same disk again: what is told and what the index says count.
      }
      store.recordFailure(lost);
      return lost;
    },
  };
}

function notRecorded(error: unknown): Problem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const [cause, next] =
    code === 'ENOSPC' || sqliteCode(error) === SQLITE_FULL
      ? [
          'the disk is full',
          'Make room in the data folder (`df` counts bytes, `df -i` files) and run the check again.',
        ]
      : isDiskFault(error)
        ? [`the disk has failed: ${code}`, 'The operator of the server has to check that disk.']
        : code === 'EACCES' || code === 'EROFS'
          ? [
              'the folder cannot be written',
              'Let the server write to its data folder and run the check again.',
            ]
          : error instanceof FolderReplacedError
            ? [
                `the data folder was removed or replaced: ${error.message}`,
                'The operator of the server has to stop it, put the right folder in place and start it again.',
              ]
            : [code, 'Look at the data folder of the server and run the check again.'];
  return {
    kind: 'not-recorded',
    message: `The run could not be written to disk (${cause}), so it is no evidence and was ended. ${next}`,
  };
}

/** The index says in a number of its own what a file says as ENOSPC. */
const SQLITE_FULL = 13;
function sqliteCode(error: unknown): unknown {
  return error instanceof Error && 'errcode' in error ? error.errcode : undefined;
}
