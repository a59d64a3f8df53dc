/** The difference between two outputs, line by line, in a bounded size. Drawing it is left to the page. */
import { diffLines } from 'diff';
import { visible } from '../text/visibleText.ts';
import { digits } from './format.ts';

export type DifferenceLine =
  | { readonly only: 'a' | 'b' | 'both'; readonly text: string }
  /** Equal lines that are not shown, or what is beyond the limits. */
  | { readonly only: 'left out'; readonly text: string };

/** Read of each side, and shown in all. */
const LIMITS = { characters: 200_000, edits: 1000, lines: 400, context: 3, columns: 500 };

/** Nothing when both are equal. */
export function lineDifference(a: string, b: string): readonly DifferenceLine[] {
  if (a === b) return [];
  const cut = Math.max(a.length, b.length) - LIMITS.characters;
  const changes = diffLines(a.slice(0, LIMITS.characters), b.slice(0, LIMITS.characters), {
    maxEditLength: LIMITS.edits,
  });
  if (changes === undefined) return unlike(a, b);
  const lines = changes.flatMap(({ value, added, removed }, index): DifferenceLine[] => {
    const own = linesOf(value);
    if (added || removed) return own.map((text) => ({ only: added ? 'b' : 'a', text }));
    const before = index === 0 ? 0 : LIMITS.context;
    const after = index === changes.length - 1 ? 0 : LIMITS.context;
    const same = (texts: readonly string[]) => texts.map((text): DifferenceLine => ({ only: 'both', text }));
    if (own.length <= before + after + 1) return same(own);
    return [
      ...same(own.slice(0, before)),
      { only: 'left out', text: `${digits(own.length - before - after)} equal lines` },
      ...same(own.slice(own.length - after)),
    ];
  });
  return bounded(lines, cut);
}

/** Too many lines differ to be matched: the place where it begins is all that can be said quickly. */
function unlike(a: string, b: string): readonly DifferenceLine[] {
  const [own, other] = [a, b].map((text) => text.slice(0, LIMITS.characters).split('\n'));
  const first = own?.findIndex((line, index) => line !== other?.[index]) ?? 0;
  const part = (lines: readonly string[] | undefined, only: 'a' | 'b') =>
    (lines ?? []).slice(first, first + 20).map((text): DifferenceLine => ({ only, text: short(text) }));
  return [
    {
      only: 'left out',
      text: `These differ in more than ${digits(LIMITS.edits)} lines; from line ${digits(first + 1)} on:`,
    },
    ...part(own, 'a'),
    ...part(other, 'b'),
  ];
}

const linesOf = (value: string): string[] => value.replace(/\n$/, '').split('\n').map(short);

const short = (line: string): string =>
  visible(
    line.length <= LIMITS.columns
      ? line
      : `${line.slice(0, LIMITS.columns)}… (${digits(line.length - LIMITS.columns)} more)`,
  );

function bounded(lines: readonly DifferenceLine[], cut: number): readonly DifferenceLine[] {
  return [
    ...lines.slice(0, LIMITS.lines),
    ...(lines.length > LIMITS.lines
      ? [
          {
            only: 'left out',
            text: `${digits(lines.length - LIMITS.lines)} more lines of this difference`,
          } as const,
        ]
      : []),
    ...(cut > 0
      ? [
          {
            only: 'left out',
            text: `${digits(cut)} characters after the first ${digits(LIMITS.characters)} were not compared`,
          } as const,
        ]
      : []),
  ];
}
