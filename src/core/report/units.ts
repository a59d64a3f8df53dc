/** What was measured or counted, in words: times, sizes and numbers. */

/** A time that was measured, as people say it: "6 ms", "1.2 s", "1 min 15 s". */
export function duration(seconds: number): string {
  if (seconds > 0 && seconds < 0.001) return 'less than 1 ms';
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${trimmed(seconds)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** One decimal, where it says something. */
const trimmed = (value: number): string => value.toFixed(1).replace('.0', '');

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const [value, unit] = bytes < 1024 * 1023.5 ? [bytes / 1024, 'KiB'] : [bytes / 1024 / 1024, 'MiB'];
  return `${value < 9.95 ? trimmed(value) : Math.round(value)} ${unit}`;
}

/** "1 row", "2 rows". */
export const count = (n: number, word: string, many = `${word}s`): string => `${n} ${n === 1 ? word : many}`;

/** Digits in groups, the same for every locale. */
export const digits = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
