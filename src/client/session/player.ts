/** Plays a recorded run's entries at their original pace, with long pauses cut short. */
import type { Entry } from '../../core/run/entry.ts';

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
