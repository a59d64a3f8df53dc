/** Where in a run's file an entry is to be looked for: places that reading has passed, so that coming back in the middle of a large run reads little. */

export type Marks = {
  /** A frame that begins at `position` holds the entry `seq`. */
  passed(run: string, seq: number, position: number): void;
  /** A position at or before the entry `seq`: where reading for it can begin. */
  before(run: string, seq: number): number;
  forget(run: string): void;
};

const runsRemembered = 64;
const apartBytes = 256 * 1024;

export function createMarks(): Marks {
  const known = new Map<string, { readonly seq: number; readonly position: number }[]>();
  return {
    passed(run, seq, position) {
      const marks = known.get(run) ?? [];
      const last = marks.at(-1);
      // Only ever grown at its end: readers that are behind pass places that are known already.
      if (last && position < last.position + apartBytes) return;
      marks.push({ seq, position });
      known.set(run, marks);
      for (const oldest of known.keys()) {
        if (known.size <= runsRemembered) break;
        known.delete(oldest);
      }
    },
    before: (run, seq) => known.get(run)?.findLast((mark) => mark.seq <= seq)?.position ?? 0,
    forget: (run) => void known.delete(run),
  };
}
