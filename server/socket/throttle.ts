/** News of which only the newest counts: told at once, and then again at most once in so many milliseconds, whoever has it change how often. */

/** Calls back after so many milliseconds. */
export type Later = (ms: number, then: () => void) => void;
export const byTimer: Later = (ms, then) => void setTimeout(then, ms).unref();

/** Of each key the last `tell` that is given within `ms` is called when they are over; the others never. */
export type Throttle = (key: string, tell: () => void) => void;

export function createThrottle(ms: number, later: Later): Throttle {
  const resting = new Map<string, (() => void) | undefined>();
  const rest = (key: string) => {
    resting.set(key, undefined);
    later(ms, () => {
      const newest = resting.get(key);
      if (newest === undefined) return void resting.delete(key);
      rest(key);
      newest();
    });
  };
  return (key, tell) => {
    if (resting.has(key)) return void resting.set(key, tell);
    rest(key);
    tell();
  };
}

/** Ten a second to each page are enough for an eye, and few enough for two thousand pages. */
export const newsMs = 100;
