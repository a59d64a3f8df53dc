/** Ends the record of a run whose server died in the middle of it. Which runs those are is left to `store.ts`. */
import { closeSync, existsSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import type { Entry } from '../../src/core/entry.ts';
import { decodeEntries, encodeEntry } from '../../src/core/protocol/codec.ts';
import type { Summary } from '../../src/core/protocol/down.ts';
import { fold, type RunHeader, type RunView } from '../../src/core/run.ts';
import { frame, readFrames } from './frames.ts';

type Ended = Extract<Summary, { state: 'ended' }>;

/** Folds what is readable, cuts a torn end off, and closes the log. A file that did not get as far as its header gets the one of the index. */
export function endInterrupted(path: string, header: RunHeader, now: Date): Ended {
  const { view, length, lastAt, damaged } = readable(path);
  // Killed between its last entry and the index: it did come to its end.
  if (view?.judgement && (view.state === 'finished' || view.state === 'cancelled')) {
    const { state: how, judgement, endedAt = now.toISOString() } = view;
    return { ...base(view.header), how, endedAt, seconds: lastAt / 1000, judgement };
  }
  // A frame that was changed is left as it is: what was written must not be covered up by us.
  if (!damaged && view?.state !== 'interrupted') {
    const at = lastAt;
    const closed = { kind: 'closed', how: 'interrupted', endedAt: now.toISOString() } as const;
    const first: Entry[] = view === undefined ? [{ seq: 0, at: 0, body: header }] : [];
    const entries: Entry[] = [...first, { seq: view?.next ?? 1, at, body: closed }];
    if (existsSync(path)) truncateSync(path, view === undefined ? 0 : length);
    const file = openSync(path, 'a', 0o600);
    try {
      for (const entry of entries) writeSync(file, frame(encodeEntry(entry)));
    } finally {
      closeSync(file);
    }
  }
  return summaryOf(view?.header ?? header, view, now, lastAt);
}

type Readable = { view: RunView | undefined; length: number; lastAt: number; damaged: boolean };

function readable(path: string): Readable {
  const found: Readable = { view: undefined, length: 0, lastAt: 0, damaged: false };
  if (!existsSync(path)) return found;
  const { entries, length, after } = readFrames(readFileSync(path));
  found.length = length;
  found.damaged = after === 'damaged';
  try {
    for (const encoded of entries)
      for (const entry of decodeEntries(encoded))
        [found.view, found.lastAt] = [fold(found.view, entry), entry.at];
  } catch {
    found.damaged = true;
  }
  return found;
}

function base({ run, check, checkHash, provenance, condition, startedAt, by }: RunHeader) {
  return { state: 'ended' as const, run, check, checkHash, provenance, condition, startedAt, by };
}

function summaryOf(header: RunHeader, view: RunView | undefined, now: Date, lastAt: number): Ended {
  const say =
    'The server ended in mid-run, so nothing was concluded. What had arrived until then is kept. Take the check again.';
  return {
    ...base(header),
    how: 'interrupted',
    endedAt: now.toISOString(),
    seconds: lastAt / 1000,
    judgement: {
      verdict: 'inconclusive',
      problem: { kind: 'interrupted', say },
      findings: view?.judgement?.findings ?? [],
      observed: 'not known: interrupted',
      means: say,
      judge: 0,
    },
  };
}
