/** Caches of the files of runs: the newest entries of a run in progress, recent batches, and positions of entries. */
import { dropOldest } from '../identity/rateLimits.ts';
import type { Encoded } from '../../src/core/protocol/codec.ts';

export type Batch = {
  /** Whole, undamaged entries, encoded. */
  readonly entries: readonly Encoded[];
  /** Where in the file the next one begins. */
  readonly next: number;
};

export type Tail = ReturnType<typeof createTail>;

const tailBytes = 4 * 1024 * 1024;
const tailEntries = 4096;

export function createTail() {
  const kept: { readonly entry: Encoded; readonly position: number; readonly next: number }[] = [];
  return {
    /** An entry is in the file, from `position` to `next`. */
    push(entry: Encoded, position: number, next: number) {
      kept.push({ entry, position, next });
      while (next - (kept[0]?.position ?? next) > tailBytes || kept.length > tailEntries) kept.shift();
    },
    /** Entries from a position on, at most about `bytes`; nothing when the position is not in memory, or is the end. */
    read(position: number, bytes: number): Batch | undefined {
      const first = kept.findLastIndex((one) => one.position === position);
      if (first < 0) return undefined;
      let end = first + 1;
      while ((kept[end]?.next ?? Number.POSITIVE_INFINITY) - position <= bytes) end += 1;
      const batch = kept.slice(first, end);
      return { entries: batch.map(({ entry }) => entry), next: batch.at(-1)?.next ?? position };
    },
  };
}

const recentBatches = 128;
const recentBatchBytes = 128 * 1024;

/** The batch of this size at this place if it is remembered, otherwise the one that `read` gives. The same place and size give the same object. */
export function createRecent() {
  const batches = new Map<string, Batch>();
  return (run: string, position: number, bytes: number, read: () => Batch): Batch => {
    const place = `${run}:${position}:${bytes}`;
    const known = batches.get(place);
    if (known) return known;
    const batch = read();
    if (batch.entries.length === 0 || batch.next - position > recentBatchBytes) return batch;
    batches.set(place, batch);
    dropOldest(batches, () => batches.size > recentBatches);
    return batch;
  };
}

const runsRemembered = 64;
const apartBytes = 256 * 1024;

/** Positions in the files of runs, so that reading from the middle of a large run reads little. */
export function createMarks() {
  const known = new Map<string, { readonly seq: number; readonly position: number }[]>();
  return {
    /** A frame that begins at `position` holds the entry `seq`. */
    passed(run: string, seq: number, position: number) {
      const marks = known.get(run) ?? [];
      const last = marks.at(-1);
      // Readers that are behind pass known places.
      if (last && position < last.position + apartBytes) return;
      marks.push({ seq, position });
      known.set(run, marks);
      dropOldest(known, () => known.size > runsRemembered);
    },
    /** A position at or before the entry `seq`: where reading for it can begin. */
    before: (run: string, seq: number) => known.get(run)?.findLast((mark) => mark.seq <= seq)?.position ?? 0,
  };
}
