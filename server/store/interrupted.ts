/** Ends the record of a run whose server died in the middle of it. Which runs those are is left to `store.ts`. */
import { closeSync, openSync, readSync, statSync, truncateSync, writeSync } from 'node:fs';
import { decodeEntries, encodeEntry } from '../../src/core/protocol/codec.ts';
import type { Summary } from '../../src/core/protocol/down.ts';
import { fold, type RunView } from '../../src/core/run.ts';
import { frame, readFrames } from './frames.ts';

type Ended = Extract<Summary, { state: 'ended' }>;

/** Folds what is readable, cuts a torn end off, and closes the log. */
export function endInterrupted(
  run: string,
  path: string,
  now: Date,
  finish: (run: string, summary: Ended) => void,
): void {
  let view: RunView | undefined;
  let length = 0;
  let lastAt = 0;
  try {
    const file = openSync(path, 'r');
    const buffer = Buffer.allocUnsafe(statSync(path).size);
    readSync(file, buffer, 0, buffer.length, 0);
    closeSync(file);
    const readable = readFrames(buffer);
    length = readable.length;
    for (const encoded of readable.entries)
      for (const entry of decodeEntries(encoded)) [view, lastAt] = [fold(view, entry), entry.at];
  } catch {
    view = undefined;
  }
  if (!view) return void finish(run, unreadable(run, now));
  if (view.state === 'running') {
    const closed = encodeEntry({
      seq: view.next,
      at: lastAt,
      body: { kind: 'closed', how: 'interrupted', endedAt: now.toISOString() },
    });
    truncateSync(path, length);
    const file = openSync(path, 'a');
    writeSync(file, frame(closed));
    closeSync(file);
  }
  finish(run, interruptedSummary(view, now, lastAt));
}

function interruptedSummary({ header, judgement }: RunView, now: Date, lastAt: number): Ended {
  const { run, check, checkHash, provenance, condition, startedAt, by } = header;
  const say =
    'The server ended in mid-run, so nothing was concluded. What had arrived until then is kept. Take the check again.';
  const interrupted = {
    verdict: 'inconclusive' as const,
    problem: { kind: 'interrupted' as const, say },
    findings: judgement?.findings ?? [],
    observed: 'not known: interrupted',
    means: say,
    judge: 0,
  };
  return {
    state: 'ended',
    how: 'interrupted',
    run,
    check,
    checkHash,
    provenance,
    condition,
    startedAt,
    by,
    endedAt: now.toISOString(),
    seconds: lastAt / 1000,
    judgement: interrupted,
  };
}

function unreadable(run: string, now: Date): Ended {
  const say = 'The record of this run cannot be read. Take the check again.';
  return {
    ...{
      state: 'ended',
      how: 'interrupted',
      run,
      check: '',
      checkHash: '',
      provenance: 'recording',
      condition: '',
      startedAt: now.toISOString(),
      by: '',
      endedAt: now.toISOString(),
      seconds: 0,
    },
    judgement: {
      verdict: 'inconclusive',
      problem: { kind: 'interrupted', say },
      findings: [],
      observed: 'not known: interrupted',
      means: say,
      judge: 0,
    },
  };
}
