/** Where a replay is: playing from a place at a speed, or resting. */

/** Some commands end at once: those can be watched slowly. */
export const SPEEDS = [0.1, 0.5, 1, 2, 4, 8] as const;

/** `now` counts milliseconds; `from` and `until` are milliseconds of the run. */
export function createClock(now: () => number, from: number, until: number) {
  let start = from;
  let since: number | undefined;
  let speed = 1;
  const at = (): number => (since === undefined ? start : Math.min(until, start + (now() - since) * speed));
  const goOn = (to: number, isPlaying: boolean) => {
    start = Math.min(until, Math.max(from, to));
    since = isPlaying ? now() : undefined;
  };
  return {
    /** Milliseconds of the run. */
    at,
    isPlaying: () => since !== undefined,
    /** From the end it begins again. */
    play: () => goOn(at() >= until ? from : at(), true),
    pause: () => goOn(at(), false),
    /** Keeps playing or resting. */
    seek: (to: number) => goOn(to, since !== undefined),
    setSpeed(next: number) {
      goOn(at(), since !== undefined);
      speed = next;
    },
  };
}
