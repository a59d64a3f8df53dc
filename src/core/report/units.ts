/** What was counted, in words: sizes and numbers. */
import { trimmed } from './duration.ts';

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const [value, unit] = bytes < 1024 * 1023.5 ? [bytes / 1024, 'KiB'] : [bytes / 1024 / 1024, 'MiB'];
  return `${value < 9.95 ? trimmed(value) : Math.round(value)} ${unit}`;
}

/** "1 row", "2 rows". */
export const count = (n: number, word: string, many = `${word}s`): string => `${n} ${n === 1 ? word : many}`;

/** Digits in groups, the same for every locale. */
export const digits = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
