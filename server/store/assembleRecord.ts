/** Assembles one record from the store, for pages, reports and downloads. */
import { decodeAll, type Encoded } from '../../src/core/protocol/codec.ts';
import { type Collector, collector, type EvidenceRecord, type RunRecord } from '../../src/core/run/record.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { type Pause, pauseForOthers, StoppedError, unlessStopped } from '../files/pause.ts';
import type { StoreReading } from './contract.ts';
import { mismatch } from './reading.ts';
import { NoRunFileError } from '../files/openFile.ts';
import { messageOf } from '../files/errors.ts';

const batchBytes = 1024 * 1024;

/** Every readable batch of encoded entries of a run, with a pause between two. Returns a sentence when the file is damaged. */
export async function* entriesOf(
  store: StoreReading,
  run: string,
  pause: Pause = pauseForOthers,
): AsyncGenerator<readonly Encoded[], string | undefined> {
  let position = 0;
  for (;;) {
    const { entries, next } = await store.read(run, position, batchBytes);
    if (entries.length === 0) break;
    position = next;
    yield entries;
    await pause();
  }
  const size = await store.size(run);
  return position !== size && (await store.summary(run))?.state === 'ended'
    ? `The file of this run was cut or changed at byte ${position} of ${size}: what comes before is as it was written, what comes after cannot be read.`
    : undefined;
}

/** A run with at most the first and the last `keepBytes` of each step's output. Nothing without a readable header. Throws if the file is not that run's. */
export async function assembleRun(
  store: StoreReading,
  run: string,
  keepBytes: number,
  pause?: Pause,
): Promise<RunRecord | undefined> {
  const collected = collector(keepBytes);
  const batches = entriesOf(store, run, pause);
  try {
    for (;;) {
      const { value, done } = await batches.next();
      if (done === true) return await concluded(store, run, collected, value);
      for (const one of value) for (const entry of decodeAll([one])) collected.add(entry);
    }
  } catch (error) {
    if (error instanceof NoRunFileError || error instanceof StoppedError) throw error;
    // Its checksum is right and it still makes no sense: written by another version, or by nobody of ours.
    const harm = `The file of this run cannot be read any further (${messageOf(error)}).`;
    return await concluded(store, run, collected, harm);
  }
}

/** Where the file ends too early, the index knows how the run ended and its judgement. */
async function concluded(
  store: StoreReading,
  run: string,
  collected: Collector,
  harm?: string,
): Promise<RunRecord | undefined> {
  const header = collected.record()?.view.header;
  if (header === undefined) return undefined;
  if (header.run !== run) throw new NoRunFileError(`its file holds the run ${header.run}`);
  const summary = await store.summary(run);
  const damage = harm ?? (summary && mismatch(summary, header));
  const record = collected.record(damage);
  if (record === undefined || summary?.state !== 'ended') return record;
  const { how, judgement, endedAt, seconds } = summary;
  // The disk may hold a verdict that it failed to confirm: nobody was told, so it does not count.
  const isLost = judgement.problem?.kind === 'not-recorded';
  if (!isLost && record.view.state !== 'running') return record;
  const at = seconds * 1000;
  let { next: seq } = record.view;
  if (isLost || record.view.judgement === undefined) {
    collected.add({ seq, at, body: { kind: 'judged', judgement } });
    seq += 1;
  }
  collected.add({ seq, at, body: { kind: 'closed', how, endedAt } });
  return collected.record(
    isLost
      ? 'The run could not be written to disk to its end; what is here came before that, and is no evidence.'
      : `${damage ?? 'The file of this run ends before the run did.'} The verdict is the one in the index, from when the file was complete.`,
  );
}

export type Found =
  | { readonly found: 'record'; readonly record: EvidenceRecord }
  /** It was kept, but nothing of it can be shown. */
  | { readonly found: 'unreadable'; readonly why: string }
  | { readonly found: 'removed'; readonly at: string }
  | { readonly found: 'nothing' };

/** The record of this id, a run or a set, with at most the first and the last `keepBytes` of each output. */
export async function findRecord(
  store: StoreReading,
  writeups: ReadonlyMap<string, LoadedWriteup>,
  id: string,
  keepBytes: number,
  pause?: Pause,
): Promise<Found> {
  const about = (writeupId: string) => {
    const writeup = writeups.get(writeupId)?.writeup;
    return {
      writeup: { id: writeupId, title: writeup?.title ?? writeupId },
      deciding: writeup?.limitation?.checks ?? [],
    };
  };
  const found = (record: Omit<EvidenceRecord, 'id'>) =>
    ({ found: 'record', record: { id, ...record } }) as const;
  const set = await store.sets.get(id);
  if (set) {
    const runs: RunRecord[] = [];
    const missing: string[] = [];
    for (const { check, run } of set.members) {
      const one = await assembleRun(store, run, keepBytes, pause).catch(unlessStopped(() => undefined));
      if (one) runs.push(one);
      else missing.push(check);
    }
    const { title, note, by, startedAt, pinned } = set;
    return found({ kind: 'set', ...about(set.writeup), title, note, by, startedAt, pinned, runs, missing });
  }
  const summary = await store.summary(id);
  if (summary || (await store.size(id)) > 0) {
    const run = await assembleRun(store, id, keepBytes, pause).catch(unlessStopped(messageOf));
    if (run !== undefined && typeof run !== 'string') {
      const { writeup, by, startedAt } = run.view.header;
      const pinned = await store.pinned(id);
      return found({
        kind: 'run',
        ...about(writeup),
        title: '',
        note: '',
        by,
        startedAt,
        pinned,
        runs: [run],
      });
    }
    if (summary?.state === 'ended' && summary.judgement.problem?.kind !== 'not-recorded')
      return { found: 'unreadable', why: run ?? 'the beginning of its file was cut or changed' };
  }
  const at = await store.removedAt(id);
  return at === undefined ? { found: 'nothing' } : { found: 'removed', at };
}
