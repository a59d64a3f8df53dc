/** Writes one run to the store, entry by entry, and seals its verdict. */
import { endedRun, type EndedRun } from '../../src/core/protocol/down.ts';
import type { Entry } from '../../src/core/run/entry.ts';
import { inconclusive, type Judgement } from '../../src/core/run/judgement.ts';
import { encodeParts } from '../../src/core/protocol/codec.ts';
import type { RunHeader } from '../../src/core/run/run.ts';
import type { Problem } from '../../src/core/vocabulary.ts';
import { isDiskFault } from '../store/disk.ts';
import { FolderReplacedError } from '../files/folderIdentity.ts';
import { StoreLostError } from '../store/faults.ts';
import type { RunLog, Store } from '../store/contract.ts';

type RecorderOptions = {
  readonly store: Store;
  readonly header: RunHeader;
  /** Called after each entry with the log's length. */
  readonly written: (length: number) => void;
  /** Called once, when the store fails: the run must end. */
  readonly failed: (problem: Problem) => void;
  readonly now: () => number;
  readonly date: () => Date;
};

export function createRecorder({ store, header, written, failed, now, date }: RecorderOptions) {
  const startedAt = now();
  let seq = 0;
  let length = 0;
  let log: RunLog | undefined;
  let problem: Problem | undefined;
  const fail = (error: unknown) => {
    if (problem) return;
    problem = notRecorded(error);
    failed(problem);
  };
  const write = (body: Entry['body']) => {
    if (problem) return;
    try {
      log ??= store.create(header);
      length = log.append(...encodeParts({ seq, at: now() - startedAt, body }));
      seq += 1;
    } catch (error) {
      fail(error);
    }
  };
  const emit = (body: Entry['body']) => {
    write(body);
    if (!problem) written(length);
  };
  emit(header);
  return {
    emit,
    /** From outside: it is no evidence any more. */
    fail,
    /** Why the record could not be written, once that has happened. */
    failure: () => problem,
    /** Seals the record. Resolves with the summary once it is on disk, or with an inconclusive one if it never gets there. */
    async conclude(judgement: Judgement, how: 'finished' | 'cancelled'): Promise<EndedRun> {
      const seconds = (now() - startedAt) / 1000;
      const summary = endedRun(header, { how, endedAt: date().toISOString(), seconds, judgement });
      // A verdict is announced once it is on disk, and removed from the file if it cannot be sealed.
      const before = length;
      write({ kind: 'judged', judgement });
      write({ kind: 'closed', how, endedAt: summary.endedAt });
      try {
        if (!problem) await log?.seal(summary);
      } catch (error) {
        fail(error);
      }
      if (!problem) {
        written(length);
        return summary;
      }
      // What is not on disk is no evidence.
      const lost = { ...summary, judgement: inconclusive(problem, judgement) };
      try {
        log?.abandon(before);
      } catch {
        // The disk fails again; the summary is inconclusive already.
      }
      store.recordFailure(lost);
      return lost;
    },
  };
}

function notRecorded(error: unknown): Problem {
  const [cause, next, where = 'to disk'] = causeOf(error);
  return {
    kind: 'not-recorded',
    message: `The run could not be written ${where} (${cause}), so it is no evidence and was ended. ${next}`,
  };
}

/** What failed, what to do, and where it was to be written. */
function causeOf(error: unknown): readonly [string, string, string?] {
  if (error instanceof StoreLostError)
    return [
      error.message,
      'Run the check again; the operator has to look at PostgreSQL when this stays.',
      'to the database',
    ];
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  if (code === 'ENOSPC' || isSqliteFull(error))
    return [
      'the disk is full',
      'Make room in the data folder (`df` counts bytes, `df -i` files) and run the check again.',
    ];
  if (isDiskFault(error))
    return [`the disk has failed: ${code}`, 'The operator of the server has to look at that disk.'];
  if (code === 'EACCES' || code === 'EROFS')
    return [
      'the folder cannot be written',
      'Let the server write to its data folder and run the check again.',
    ];
  if (error instanceof FolderReplacedError)
    return [
      `the data folder was removed or replaced: ${error.message}`,
      'The operator has to stop the server, put the right folder in place and start it again.',
    ];
  return [code, 'Look at the data folder of the server and run the check again.'];
}

/** SQLite has its own number for ENOSPC. */
const SQLITE_FULL = 13;
const isSqliteFull = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE_FULL;
