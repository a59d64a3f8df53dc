/** Makes a text fit: cuts a long one in its middle and says how much is missing, or puts several lines into one. */
import { visible } from '../text/visibleText.ts';
import { digits } from './units.ts';

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
