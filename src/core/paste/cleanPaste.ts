/** Takes off a paste what an editor, a forum or a terminal put around it: cuts it, and gives lines with their number. */
import { UNSEEN } from '../text/visibleText.ts';
import { MAX_PASTE_BYTES, MAX_PASTE_LINES, type PasteLine } from './paste.ts';

/** `prose`: outside of the fences of a paste that has some. A fence itself is an empty line of prose. */
export type CleanLine = PasteLine & { readonly prose: boolean };
type Draft = { at: number; text: string };

/** CSI, strings (OSC and others) and short sequences. No part can match in two ways, so the time is linear. */
const ESCAPES = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\x1b[ -/]*/g;
const SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;
const PRIVATE = /[\ue000-\uf8ff]/g;

export function cleanPaste(text: string): { readonly lines: readonly CleanLine[]; readonly cut?: string } {
  const bytes = new TextEncoder().encode(text.slice(0, MAX_PASTE_BYTES));
  const isLong = bytes.length > MAX_PASTE_BYTES || text.length > MAX_PASTE_BYTES;
  const whole = isLong ? new TextDecoder().decode(bytes.subarray(0, MAX_PASTE_BYTES)) : text;
  const all = whole
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(ESCAPES, '')
    .replace(SPACES, ' ')
    .replace(/[‘’‚‛]/g, "'")
    .replace(/[“”„‟]/g, '"')
    .replace(UNSEEN, '')
    .replace(PRIVATE, '')
    .split('\n', MAX_PASTE_LINES + 1);
  const isCut = isLong || all.length > MAX_PASTE_LINES;
  // The last line of a paste that was cut is half a line.
  const kept = all
    .slice(0, isCut ? -1 : undefined)
    .map((line, index) => ({ at: index + 1, text: line.trimEnd() }));
  for (let pass = 0; pass < 3; pass += 1) for (const strip of [quotes, numbers, stamps, indent]) strip(kept);
  const cut = `The paste is longer than ${MAX_PASTE_BYTES} bytes or ${MAX_PASTE_LINES} lines. Its line ${kept.length + 1} and all after it were not read.`;
  return { lines: fenced(kept), ...(isCut && { cut }) };
}

/** Takes `mark` off all lines if nine of ten have it, and those are at least `least`. */
function stripAll(lines: Draft[], mark: RegExp, least: number, fits: (marks: RegExpExecArray[]) => boolean) {
  const full = lines.filter(({ text }) => text !== '');
  const marked = full.flatMap((line) => {
    const found = mark.exec(line.text);
    return found ? [{ line, found }] : [];
  });
  if (marked.length < least || marked.length < full.length * 0.9 || !fits(marked.map(({ found }) => found)))
    return;
  for (const { line, found } of marked) line.text = line.text.slice(found[0].length);
}

const PROMPT_IN_QUOTE = /^ {0,3}> ?(?:\S{0,80}[:~]\S{0,200})?[$#] /;
/** A whole paste that is quoted, or a part with a prompt in it: `> GET / HTTP/1.1` alone is output of curl. */
function quotes(lines: Draft[]): void {
  const isQuoted = ({ text }: Draft) => /^ {0,3}>/.test(text);
  for (let start = 0; start < lines.length; start += 1) {
    let end = start;
    for (let line = lines[end]; line && isQuoted(line); line = lines[end]) end += 1;
    const run = lines.slice(start, end);
    if (run.some(({ text }) => PROMPT_IN_QUOTE.test(text)))
      for (const line of run) line.text = line.text.replace(/^ {0,3}> ?/, '');
    start = end;
  }
  stripAll(lines, /^ {0,3}> ?/, 2, () => true);
}

const numbers = (lines: Draft[]): void =>
  stripAll(lines, /^ *(\d{1,6})(?:[:.|)] ?| {1,2}|\t|$)/, 3, (marks) =>
    marks.every(([, number], index) => index === 0 || Number(number) > Number(marks[index - 1]?.[1])),
  );

const stamps = (lines: Draft[]): void =>
  stripAll(
    lines,
    /^\[?(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?[: ] ?/,
    2,
    // A capture alone has stamps of its own; a command has one only if they were put before everything.
    (marks) => marks.some(({ input, 0: stamp }) => !/^(?:\w+ +\w+ +)?IP6? /.test(input.slice(stamp.length))),
  );

function indent(lines: Draft[]): void {
  const widths = lines.flatMap(({ text }) => (text === '' ? [] : [text.length - text.trimStart().length]));
  const least = widths.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (least > 0) for (const line of lines) line.text = line.text.slice(least);
}

const FENCE = /^ {0,3}(?:```+|~~~+|<\/?(?:pre|code|details|summary)\b)(.*)$/;
/** Fences are Markdown, not output; what stands outside of them is prose. */
function fenced(lines: readonly Draft[]): readonly CleanLine[] {
  const marks = lines.flatMap(({ text }) => FENCE.exec(text) ?? []).length / 2;
  const first = lines.find(({ text }) => FENCE.test(text));
  // An odd number of bare fences: the first one closes a fence that was cut off.
  let isInside = marks % 2 === 1 && first !== undefined && /^ *[`~]+$/.test(first.text);
  return lines.map(({ at, text }) => {
    const isFence = FENCE.test(text);
    if (isFence) isInside = !isInside;
    return { at, text: isFence ? '' : text, prose: isFence || (marks > 0 && !isInside) };
  });
}
