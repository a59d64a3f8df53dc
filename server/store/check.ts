/** Compares the index with the logs of the runs, with or without a running server. Changes nothing. */
import { lstatSync, readdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { dirname } from 'node:path';
import { assembleRun } from './assembleRecord.ts';
import { othersWrite } from '../files/dataFolder.ts';
import type { StoreReading } from './contract.ts';
import { openRecordsReading, type RecordsPlace } from './open.ts';
import { indexOf, logOf, mismatch } from './reading.ts';
import { runOfFileName } from './rebuild.ts';
import { messageOf } from '../files/errors.ts';

export type StoreProblem = {
  /** The id of a run, or another name. */
  readonly about: string;
  /** Of a run's file: missing, damaged, unknown to the index (`extra`), or another than the index says (`unlike`). */
  readonly kind: 'index' | 'missing' | 'extra' | 'damaged' | 'unlike' | 'writable';
  readonly message: string;
};

export type StoreCheck = Awaited<ReturnType<typeof checkStore>>;

/**
 * Throws a sentence when there is no index that can be opened. Reads every byte of every run, a batch at a time. `runs`: ended runs, read to
 * their end. `running`: those that have not ended; they are not checked.
 */
export async function checkStore(place: RecordsPlace) {
  const store = await openRecordsReading(place);
  const folder = place.store === undefined ? place.data : undefined;
  try {
    const problems: StoreProblem[] = folder === undefined ? [] : indexProblems(folder);
    // The files first, because a run gets its row before its file.
    const files = folder === undefined ? [] : readdirSync(dirname(logOf(folder, 'any')));
    const rows = await store.rows();
    const known = new Set(rows.map(({ run }) => run));
    for (const name of files) {
      const run = runOfFileName(name);
      if (run !== undefined && known.has(run)) continue;
      // The retention removed it in the meantime.
      if (run !== undefined && (await store.size(run)) === 0 && (await store.removedAt(run)) !== undefined)
        continue;
      problems.push({ about: run ?? name, kind: 'extra', message: extraSentence(run) });
    }
    let runs = 0;
    let running = 0;
    for (const { run, state, verdict } of rows) {
      if (state === 'running') running += 1;
      else {
        runs += 1;
        const problem = await problemOf(store, folder, run, verdict);
        if (problem !== undefined) problems.push({ about: run, ...problem });
      }
    }
    return { runs, running, problems };
  } finally {
    await store.close();
  }
}

function indexProblems(folder: string): StoreProblem[] {
  const index = new DatabaseSync(indexOf(folder), { readOnly: true });
  try {
    return index
      .prepare('PRAGMA integrity_check(20)')
      .all()
      .map((row) => String(row['integrity_check']))
      .filter((message) => message !== 'ok')
      .map((message) => ({ about: 'index.sqlite', kind: 'index', message }));
  } finally {
    index.close();
  }
}

const extraSentence = (run: string | undefined): string =>
  run === undefined
    ? 'is no file of a run; the server did not put it into runs/'
    : 'has a file that the index does not know: the next start of the server adds it, if it can be read';

/** One kept run, read to its end as its page reads it; in a data folder, its file too. */
async function problemOf(
  store: StoreReading,
  folder: string | undefined,
  run: string,
  verdict: string,
): Promise<Omit<StoreProblem, 'about'> | undefined> {
  const summary = await store.summary(run);
  if (summary?.state !== 'ended') {
    // The retention removed it in the meantime.
    if ((await store.removedAt(run)) !== undefined) return undefined;
    return { kind: 'index', message: 'its row in the index cannot be read' };
  }
  // A run that never got onto the disk has only its row.
  if (summary.judgement.problem?.kind === 'not-recorded') return undefined;
  const file = folder === undefined ? undefined : fileProblem(logOf(folder, run));
  if (file !== undefined) return file;
  try {
    const record = await assembleRun(store, run, 0);
    if (record === undefined)
      return { kind: 'damaged', message: 'the beginning of its file was cut or changed' };
    const { damage, view } = record;
    const differs = mismatch(summary, view.header);
    if (differs !== undefined) return { kind: 'unlike', message: differs };
    if (damage !== undefined) return { kind: 'damaged', message: damage };
    const written = view.judgement?.verdict;
    if (view.state !== 'interrupted' && (written !== verdict || written !== summary.judgement.verdict))
      return {
        kind: 'unlike',
        message: `its file says ${written ?? 'no verdict'}, and the index ${verdict}`,
      };
    return undefined;
  } catch (error) {
    return { kind: 'damaged', message: messageOf(error) };
  }
}

function fileProblem(path: string): Omit<StoreProblem, 'about'> | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined)
    return { kind: 'missing', message: 'is in the index, but its file is not in runs/' };
  if ((stat.mode & othersWrite) === 0) return undefined;
  return { kind: 'writable', message: `other users may write its file: chmod go-w '${path}'` };
}
