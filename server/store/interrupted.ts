/** Ends the record of a run whose server died in the middle of it. */
import { endedRun, type EndedRun } from '../../src/core/protocol/down.ts';
import { closeSync, ftruncateSync } from 'node:fs';
import type { Recovered } from './contract.ts';
import { type Entry, eventSchema } from '../../src/core/run/entry.ts';
import { decodeAll, encodeParts } from '../../src/core/protocol/codec.ts';
import { inconclusive } from '../../src/core/run/judgement.ts';
import { fold, type RunHeader, type RunView } from '../../src/core/run/run.ts';
import { fromFile, mismatch } from './reading.ts';
import type { Row } from './sql.ts';
import type { Batch } from './tail.ts';
import { NoRunFileError, reopenRunFile, runFileSize } from '../files/openFile.ts';
import { writeFrame } from './frames.ts';
import { messageOf } from '../files/errors.ts';

const batchBytes = 1024 * 1024;

/** The log of a run that nobody writes any more. */
export type InterruptedLog = {
  size(): number | Promise<number>;
  read(position: number, bytes: number): FoundBatch | Promise<FoundBatch>;
  /** Keeps so many bytes of it, and adds these entries. */
  end(length: number, entries: readonly Entry[]): void | Promise<void>;
};
type FoundBatch = Batch & { readonly after: 'end' | 'more' | 'damaged' };

export const interruptedFile = (path: string): InterruptedLog => ({
  size: () => runFileSize(path),
  read: (position, bytes) => fromFile(path, position, bytes),
  end(length, entries) {
    const file = reopenRunFile(path);
    try {
      ftruncateSync(file, length);
      for (const entry of entries) writeFrame(file, encodeParts(entry));
    } finally {
      closeSync(file);
    }
  },
});

/** Ends the runs of these rows of the index, as `interrupted` or as their logs say. No damaged one stops it. */
export async function endUnfinished(
  rows: readonly Row[],
  logOf: (run: string) => InterruptedLog,
  now: () => Date,
) {
  const ended: EndedRun[] = [];
  const recovered: (Recovered & { readonly hadItsEnd?: boolean })[] = [];
  for (const row of rows) {
    const run = String(row['run']);
    try {
      // Until it ends, the index holds the header of a run.
      const header = eventSchema.parse(JSON.parse(String(row['summary'])));
      if (header.kind !== 'header') throw new Error('the index does not hold its header');
      const { summary, damage, hadItsEnd } = await endInterrupted(logOf(run), header, now());
      ended.push(summary);
      const { check, how } = summary;
      recovered.push(damage === undefined ? { run, check, how, hadItsEnd } : { run, check, how, damage });
    } catch (error) {
      const damage = `it could not be ended: ${messageOf(error)}`;
      recovered.push({ run, check: '', how: 'interrupted', damage });
    }
  }
  return { ended, recovered };
}

/**
 * Folds what is readable, cuts a torn end off, and closes the log. A file without a header gets the one from the index.
 * `damage`: what is wrong with its file, apart from a missing end. `hadItsEnd`: its file was closed before.
 */
async function endInterrupted(log: InterruptedLog, header: RunHeader, now: Date) {
  const { view, length, lastAt, damage } = await readable(log, header);
  // Killed between its last entry and the index: it did come to its end.
  if (view?.judgement && (view.state === 'finished' || view.state === 'cancelled')) {
    const { state: how, judgement, endedAt = now.toISOString() } = view;
    const summary = endedRun(view.header, { how, endedAt, seconds: lastAt / 1000, judgement });
    return { summary, hadItsEnd: true };
  }
  const began = view !== undefined || damage !== undefined;
  const summary = summaryOf(view?.header ?? header, view, now, lastAt, began);
  // A changed frame stays as it is, as evidence.
  if (damage !== undefined) return { summary, damage, hadItsEnd: false };
  if (view?.state === 'interrupted') return { summary, hadItsEnd: true };
  const closed = { kind: 'closed', how: 'interrupted', endedAt: now.toISOString() } as const;
  const first: Entry[] = view === undefined ? [{ seq: 0, at: 0, body: header }] : [];
  const entries: Entry[] = [...first, { seq: view?.next ?? 1, at: lastAt, body: closed }];
  await log.end(view === undefined ? 0 : length, entries);
  return { summary, hadItsEnd: false };
}

type Readable = { view: RunView | undefined; length: number; lastAt: number; damage: string | undefined };

async function readable(log: InterruptedLog, header: RunHeader): Promise<Readable> {
  const found: Readable = { view: undefined, length: 0, lastAt: 0, damage: undefined };
  try {
    for (;;) {
      const { entries, next, after } = await log.read(found.length, batchBytes);
      for (const encoded of entries)
        for (const entry of decodeAll([encoded]))
          [found.view, found.lastAt] = [fold(found.view, entry), entry.at];
      found.length = next;
      const differs = found.view && mismatch(header, found.view.header);
      if (differs !== undefined) {
        found.damage = differs;
        found.view = undefined;
      } else if (after === 'damaged')
        found.damage = `its file was changed at byte ${next} of ${await log.size()}`;
      if (entries.length === 0 || found.damage !== undefined) return found;
    }
  } catch (error) {
    // A run that was killed before its first entry has no file. That is no damage.
    if (!(error instanceof NoRunFileError && error.isMissing)) found.damage = messageOf(error);
    return found;
  }
}

function summaryOf(
  header: RunHeader,
  view: RunView | undefined,
  now: Date,
  lastAt: number,
  began: boolean,
): EndedRun {
  const message = began
    ? 'The server ended in mid-run, so nothing was concluded. The output until then is kept. Run the check again.'
    : 'The server ended before this run had begun, or before anything of it was on disk, so nothing was concluded. Run the check again.';
  const judgement = inconclusive(
    { kind: 'interrupted', message },
    { findings: view?.judgement?.findings ?? [], judge: 0 },
  );
  return endedRun(header, {
    how: 'interrupted',
    endedAt: now.toISOString(),
    seconds: lastAt / 1000,
    judgement,
  });
}
