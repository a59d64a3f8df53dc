/** A time that was measured, apart from sizes and numbers: every page has it at once. */

/** As people say it: "6 ms", "1.2 s", "1 min 15 s". */
export function duration(seconds: number): string {
  if (seconds > 0 && seconds < 0.001) return 'less than 1 ms';
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${trimmed(seconds)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** One decimal, where it says something. */
export const trimmed = (value: number): string => value.toFixed(1).replace('.0', '');
