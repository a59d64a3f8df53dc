/** Plays the recordings of a writeup, at their original pace, with long pauses cut short. Loaded with the first that is played or read. */
import { playable, type Recording, type Entry } from '../../core/run/entry.ts';
import type { EndedRun } from '../../core/protocol/down.ts';
import { append, restart } from '../state/fillLog.ts';
import type { OpenRunLog } from '../state/runLog.ts';
import type { Platform } from './socket.ts';
import type { Event } from '../state/state.ts';

export type RecordedRunsPlatform = Pick<Platform, 'schedule'> & {
  /** Undefined when there is none, or nothing answered. */
  readonly get: (path: string) => Promise<unknown>;
  readonly now: () => number;
  readonly wantsStillness: () => boolean;
  readonly report: (error: unknown) => void;
};

export type RecordedRuns = ReturnType<typeof createRecordedRuns>;

/** `last`: how each of them ended. They were built, and checked, with this page. */
export function createRecordedRuns(
  runs: Recording['runs'],
  last: ReadonlyMap<string, EndedRun>,
  platform: RecordedRunsPlatform,
  dispatch: (event: Event) => void,
  logOf: (run: string) => OpenRunLog,
) {
  const entriesOf = new Map<string, readonly Entry[]>();
  for (const run of runs) {
    const entries = playable(run, fromBase64);
    const [first] = entries;
    if (first?.body.kind === 'header') entriesOf.set(first.body.run, entries);
  }
  const playing = new Map<string, () => void>();
  const onEnd = (ended: EndedRun) => {
    playing.delete(ended.check);
    dispatch({ type: 'playing', summary: ended, now: platform.now() });
  };

  return {
    /** Fills the log with its recording, unless it is being played now. */
    fillLog(run: string): void {
      const isPlaying = [...playing.keys()].some((check) => last.get(check)?.run === run);
      if (!isPlaying) append(logOf(run), entriesOf.get(run) ?? []);
    },
    play(check: string): void {
      const ended = last.get(check);
      if (ended === undefined || playing.has(check)) return;
      const { run, checkHash, source, condition, startedAt, by } = ended;
      const log = logOf(run);
      restart(log);
      // Set before the first entry: a recording without pauses ends before `play` returns.
      playing.set(check, () => undefined);
      const started = { run, check, checkHash, source, condition, startedAt, by };
      dispatch({ type: 'playing', summary: { state: 'running', ...started }, now: platform.now() });
      const stop = play({
        entries: entriesOf.get(run) ?? [],
        pace: platform.wantsStillness() ? 'at once' : 'as it was',
        schedule: platform.schedule,
        onEntries: (entries) => append(log, entries),
        onEnd: () => onEnd(ended),
      });
      if (playing.has(check)) playing.set(check, stop);
    },
    /** Jumps to the end. False when nothing is being played. */
    finish(check: string): boolean {
      const ended = last.get(check);
      const stop = playing.get(check);
      if (ended === undefined || stop === undefined) return false;
      stop();
      append(logOf(ended.run), entriesOf.get(ended.run) ?? []);
      onEnd(ended);
      return true;
    },
    close(): void {
      for (const stop of playing.values()) stop();
      playing.clear();
    },
  };
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

const LONGEST_PAUSE_MS = 700;

/** Milliseconds to wait before each entry. `at once` is for readers who asked for reduced motion. */
export function pauses(entries: readonly Entry[], pace: 'as it was' | 'at once'): number[] {
  return entries.map(({ at }, index) =>
    pace === 'at once' ? 0 : Math.min(LONGEST_PAUSE_MS, Math.max(0, at - (entries[index - 1]?.at ?? at))),
  );
}

export type Playback = {
  readonly entries: readonly Entry[];
  readonly pace: 'as it was' | 'at once';
  readonly schedule: (ms: number, then: () => void) => () => void;
  readonly onEntries: (entries: readonly Entry[]) => void;
  readonly onEnd: () => void;
};

/** Starts at once. The returned function stops it; `onEnd` is then not called. */
export function play({ entries, pace, schedule, onEntries, onEnd }: Playback): () => void {
  const waits = pauses(entries, pace);
  let next = 0;
  let cancelTimer: (() => void) | undefined;
  const step = () => {
    cancelTimer = undefined;
    // Entries without a pause between them are handed over together.
    const from = next;
    do next += 1;
    while (next < entries.length && waits[next] === 0);
    onEntries(entries.slice(from, next));
    if (next >= entries.length) onEnd();
    else cancelTimer = schedule(waits[next] ?? 0, step);
  };
  if (entries.length === 0) onEnd();
  else step();
  return () => cancelTimer?.();
}
