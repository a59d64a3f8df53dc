/** How much of something one person or one address may do: buckets that fill again, and counts of what is open. Clocks are handed in. */

export type Buckets = {
  /** Takes so many, or none of them. */
  take(key: string, count: number): boolean;
};

const maxKeys = 10_000;
/** Who comes when there are so many already: all of them share one. */
const others = Symbol('others');

/**
 * `burst` at once, `perSecond` over time, for each key. Only those that are full again are forgotten: nobody's limit begins anew because
 * others come.
 */
export function createBuckets(burst: number, perSecond: number, now: () => number): Buckets {
  // Those that were asked for last are last.
  const buckets = new Map<string | typeof others, { left: number; at: number }>();
  const fullAfterMs = (burst / perSecond) * 1000;
  return {
    take(key, count) {
      const at = now();
      for (const [one, { at: before }] of buckets) {
        if (at - before < fullAfterMs) break;
        buckets.delete(one);
      }
      const own = buckets.has(key) || buckets.size < maxKeys ? key : others;
      const { left, at: before } = buckets.get(own) ?? { left: burst, at };
      const full = Math.min(burst, left + ((at - before) / 1000) * perSecond);
      const enough = full >= count;
      buckets.delete(own);
      buckets.set(own, { left: enough ? full - count : full, at });
      return enough;
    },
  };
}

export type Counts = {
  /** Counts one more and returns its leaving; nothing when there are `most` already. */
  enter(key: string, most: number): (() => void) | undefined;
};

export function createCounts(): Counts {
  const counts = new Map<string, number>();
  return {
    enter(key, most) {
      const before = counts.get(key) ?? 0;
      if (before >= most) return undefined;
      counts.set(key, before + 1);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        const rest = (counts.get(key) ?? 1) - 1;
        if (rest > 0) counts.set(key, rest);
        else counts.delete(key);
      };
    },
  };
}
