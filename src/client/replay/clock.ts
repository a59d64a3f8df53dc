/** Where a replay is: playing from a place at a speed, or resting. Pure; the time now is handed in. */

/** Some commands are over in a blink: those can be looked at slowly. */
export const SPEEDS = [0.1, 0.5, 1, 2, 4, 8] as const;

export type Clock =
  | { readonly state: 'resting'; readonly at: number; readonly speed: number }
  | { readonly state: 'playing'; readonly from: number; readonly since: number; readonly speed: number };

export const START_CLOCK: Clock = { state: 'resting', at: 0, speed: 1 };

/** Milliseconds of the run that have passed, at most its length. */
export function placeOf(clock: Clock, now: number, length: number): number {
  const at = clock.state === 'resting' ? clock.at : clock.from + (now - clock.since) * clock.speed;
  return Math.min(length, Math.max(0, at));
}

/** Goes on playing or resting, from another place. */
export function seek(clock: Clock, to: number, now: number): Clock {
  return clock.state === 'resting' ? { ...clock, at: to } : { ...clock, from: to, since: now };
}

/** From the end it begins again. */
export function play(clock: Clock, now: number, length: number): Clock {
  const at = placeOf(clock, now, length);
  return { state: 'playing', from: at >= length ? 0 : at, since: now, speed: clock.speed };
}

export function pause(clock: Clock, now: number, length: number): Clock {
  return { state: 'resting', at: placeOf(clock, now, length), speed: clock.speed };
}

export function withSpeed(clock: Clock, speed: number, now: number, length: number): Clock {
  return { ...seek(clock, placeOf(clock, now, length), now), speed };
}
