/** Sizes and numbers in words, and texts made to fit: a long one is cut and says how much is missing, several lines become one. */
import { trimmed } from './format.ts';
import { visible } from '../text/visibleText.ts';

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const [value, unit] = bytes < 1024 * 1023.5 ? [bytes / 1024, 'KiB'] : [bytes / 1024 / 1024, 'MiB'];
  return `${value < 9.95 ? trimmed(value) : Math.round(value)} ${unit}`;
}

/** "1 row", "2 rows". */
export const count = (n: number, word: string, many = `${word}s`): string => `${n} ${n === 1 ? word : many}`;

/** Digits in groups, the same for every locale. */
export const digits = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

type Clipped = { readonly text: string; /** Characters that are not in it. */ readonly left: number };

/** At most about `most` characters: the beginning and the end, with a line between them that says what is left out. */
export function clip(text: string, most: number): Clipped {
  if (text.length <= most) return { text, left: 0 };
  const head = text.slice(0, Math.ceil(most / 2)).replace(/[\uD800-\uDBFF]$/, '');
  const tail = text.slice(text.length - Math.floor(most / 2)).replace(/^[\uDC00-\uDFFF]/, '');
  const left = text.length - head.length - tail.length;
  const before = head === '' || head.endsWith('\n') ? '' : '\n';
  return { text: `${head}${before}… ${digits(left)} characters are left out here …\n${tail}`, left };
}

/** The same within one line: only the beginning is kept. */
export function clipLine(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');
  return `${head}… (${digits(text.length - head.length)} more characters)`;
}

/** Controls are shown as their pictures; a line's end becomes ⏎. */
export const oneLine = (text: string): string => visible(text).replace(/\s*\n\s*/g, ' ⏎ ');
