/** Throttles news of which only the newest counts: sent at once, then at most once per interval. */

/** Calls back after so many milliseconds. */
export type Later = (ms: number, then: () => void) => void;
export const byTimer: Later = (ms, then) => void setTimeout(then, ms).unref();

/** Of the calls with one key within an interval, the last is made when it is over. */
export function createThrottle(ms: number, later: Later) {
  const pending = new Map<string, (() => void) | undefined>();
  const pause = (key: string) => {
    pending.set(key, undefined);
    later(ms, () => {
      const newest = pending.get(key);
      if (newest === undefined) return void pending.delete(key);
      pause(key);
      newest();
    });
  };
  return (key: string, send: () => void): void => {
    if (pending.has(key)) return void pending.set(key, send);
    pause(key);
    send();
  };
}

/** Ten a second for each page are enough to read, and few enough for two thousand pages. */
export const newsMs = 100;
