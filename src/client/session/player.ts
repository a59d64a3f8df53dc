/** Plays a recorded run's entries as they once came, with long pauses cut short. What is done with them is left to the caller. */
import type { Entry } from '../../core/run/entry.ts';

const LONGEST_PAUSE_MS = 700;

/** Milliseconds to wait before each entry. `at once` is for readers who asked for reduced motion. */
export function pauses(entries: readonly Entry[], pace: 'as it was' | 'at once'): number[] {
  return entries.map(({ at }, index) =>
    pace === 'at once' ? 0 : Math.min(LONGEST_PAUSE_MS, Math.max(0, at - (entries[index - 1]?.at ?? at))),
  );
}

export type Playing = {
  readonly entries: readonly Entry[];
  readonly pace: 'as it was' | 'at once';
  readonly later: (ms: number, then: () => void) => () => void;
  readonly entry: (entries: readonly Entry[]) => void;
  readonly over: () => void;
};

/** Starts at once. The returned function stops it; `over` is then not called. */
export function play({ entries, pace, later, entry, over }: Playing): () => void {
  const waits = pauses(entries, pace);
  let next = 0;
  let callOff: (() => void) | undefined;
  const step = () => {
    callOff = undefined;
    // Entries without a pause between them are given together, as they came.
    const from = next;
    do next += 1;
    while (next < entries.length && waits[next] === 0);
    entry(entries.slice(from, next));
    if (next >= entries.length) over();
    else callOff = later(waits[next] ?? 0, step);
  };
  if (entries.length === 0) over();
  else step();
  return () => callOff?.();
}
