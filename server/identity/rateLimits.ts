/** Token buckets, counts of what is open, and maps that drop their oldest entries. Clocks are passed in. */

/** Drops entries from the oldest on, up to the first that is not in excess. */
export function dropOldest<Key, Value>(
  map: Map<Key, Value>,
  isExcess: (value: Value, key: Key) => boolean,
): void {
  for (const [key, value] of map) {
    if (!isExcess(value, key)) return;
    map.delete(key);
  }
}

const maxKeys = 10_000;
/** Shared by all keys beyond the limit. */
const others = Symbol('others');

/** `burst` at once, `perSecond` over time, for each key. Only full buckets are dropped, so new keys reset nobody's limit. */
export function createTokenBuckets(burst: number, perSecond: number, now: () => number) {
  // The most recently used are last.
  const buckets = new Map<string | typeof others, { left: number; at: number }>();
  const fullAfterMs = (burst / perSecond) * 1000;
  return {
    /** Takes all of `count`, or nothing and returns false. */
    take(key: string, count: number): boolean {
      const at = now();
      dropOldest(buckets, (bucket) => at - bucket.at >= fullAfterMs);
      const own = buckets.has(key) || buckets.size < maxKeys ? key : others;
      const bucket = buckets.get(own) ?? { left: burst, at };
      const left = Math.min(burst, bucket.left + ((at - bucket.at) / 1000) * perSecond);
      const isEnough = left >= count;
      buckets.delete(own);
      buckets.set(own, { left: isEnough ? left - count : left, at });
      return isEnough;
    },
  };
}

export function createOpenCounts() {
  const counts = new Map<string, number>();
  return {
    /** Counts one more and returns its release; undefined if `most` are open already. */
    acquire(key: string, most: number): (() => void) | undefined {
      const before = counts.get(key) ?? 0;
      if (before >= most) return undefined;
      counts.set(key, before + 1);
      let isReleased = false;
      return () => {
        if (isReleased) return;
        isReleased = true;
        const left = (counts.get(key) ?? 1) - 1;
        if (left > 0) counts.set(key, left);
        else counts.delete(key);
      };
    },
  };
}
