/** How much of something one person or one address may do: buckets that fill again, and counts of what is open. Clocks are handed in. */

export type Buckets = {
  /** Takes so many, or none of them. */
  take(key: string, count: number): boolean;
};

const maxKeys = 10_000;

/** `burst` at once, `perSecond` over time, for each key. */
export function createBuckets(burst: number, perSecond: number, now: () => number): Buckets {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    take(key, count) {
      const at = now();
      const { left, at: before } = buckets.get(key) ?? { left: burst, at };
      const full = Math.min(burst, left + ((at - before) / 1000) * perSecond);
      const enough = full >= count;
      // The newest last: when there are too many, those who were not heard of for longest are forgotten.
      buckets.delete(key);
      buckets.set(key, { left: enough ? full - count : full, at });
      for (const oldest of buckets.size > maxKeys ? [...buckets.keys()].slice(0, 1) : [])
        buckets.delete(oldest);
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
