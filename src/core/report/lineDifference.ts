/** Differences in a bounded size: between the documented and the observed text word by word, between two outputs line by line. */
import { diffWordsWithSpace, structuredPatch } from 'diff';
import { visible } from '../text/visibleText.ts';
import { digits } from './units.ts';

/** The difference between the documented and the observed text, word by word. */
export type Part = { readonly text: string; readonly only: 'both' | 'documented' | 'observed' };

/** Parts in reading order. Equal texts give one part; texts of more than 2,000 characters are not searched for words in common. */
export function difference(documented: string, observed: string): readonly Part[] {
  if (documented === observed) return documented === '' ? [] : [{ text: documented, only: 'both' }];
  if (documented.length > 2000 || observed.length > 2000)
    return [
      { text: documented, only: 'documented' },
      { text: observed, only: 'observed' },
    ];
  return diffWordsWithSpace(documented, observed).map(({ value, added, removed }) => ({
    text: value,
    only: added ? 'observed' : removed ? 'documented' : 'both',
  }));
}

/** Blanks between two changed words of one kind belong to the change. */
export function joined(parts: readonly Part[]): readonly Part[] {
  const sides = { documented: '', observed: '' };
  const out: Part[] = [];
  const flush = () => {
    for (const only of ['documented', 'observed'] as const) {
      if (sides[only] !== '') out.push({ text: sides[only], only });
      sides[only] = '';
    }
  };
  parts.forEach(({ text, only }, index) => {
    if (only !== 'both') sides[only] += text;
    else if (/^\s+$/.test(text) && index > 0 && index < parts.length - 1) {
      sides.documented += text;
      sides.observed += text;
    } else {
      flush();
      out.push({ text, only });
    }
  });
  flush();
  return out;
}

export type DifferenceLine = {
  /** `left out`: says how many equal lines are not shown, or what is beyond the limits. */
  readonly only: 'a' | 'b' | 'both' | 'left out';
  readonly text: string;
};

/** Read of each side, and shown in all. */
const LIMITS = { characters: 200_000, edits: 1000, lines: 400, context: 3, columns: 500 };
const SIDES = { '-': 'a', '+': 'b', ' ': 'both' } as const;

const leftOut = (text: string): DifferenceLine => ({ only: 'left out', text });

/** Nothing when both are equal. */
export function lineDifference(a: string, b: string): readonly DifferenceLine[] {
  if (a === b) return [];
  const [own = '', other = ''] = [a, b].map((text) => text.slice(0, LIMITS.characters));
  const cut = Math.max(a.length, b.length) - LIMITS.characters;
  const lines = differing(own, other);
  const more = lines.length - LIMITS.lines;
  return [
    ...lines.slice(0, LIMITS.lines),
    ...(more > 0 ? [leftOut(`${digits(more)} more lines of this difference`)] : []),
    ...(cut > 0
      ? [leftOut(`${digits(cut)} characters after the first ${digits(LIMITS.characters)} were not compared`)]
      : []),
  ];
}

function differing(a: string, b: string): DifferenceLine[] {
  const patch = structuredPatch('', '', a, b, '', '', {
    context: LIMITS.context,
    maxEditLength: LIMITS.edits,
  });
  if (patch === undefined) return unmatched(a, b);
  let next = 1;
  const equal = (until: number) =>
    until > next ? [leftOut(`${digits(until - next)} equal ${until - next === 1 ? 'line' : 'lines'}`)] : [];
  const shown = patch.hunks.flatMap(({ oldStart, oldLines, lines }) => {
    const before = equal(oldStart);
    next = oldStart + oldLines;
    return [
      ...before,
      // A backslash says that the last line has no end.
      ...lines.flatMap((line) => {
        const only = SIDES[line.charAt(0) as keyof typeof SIDES];
        return only === undefined ? [] : [{ only, text: short(line.slice(1)) }];
      }),
    ];
  });
  return [...shown, ...equal(a === '' ? 0 : a.replace(/\n$/, '').split('\n').length + 1)];
}

/** Too many lines differ to be matched: only the place where they begin to is found quickly. */
function unmatched(a: string, b: string): DifferenceLine[] {
  const [own = [], other = []] = [a, b].map((text) => text.split('\n'));
  const first = own.findIndex((line, index) => line !== other[index]);
  const part = (lines: readonly string[], only: 'a' | 'b') =>
    lines.slice(first, first + 20).map((text) => ({ only, text: short(text) }));
  return [
    leftOut(`These differ in more than ${digits(LIMITS.edits)} lines; from line ${digits(first + 1)} on:`),
    ...part(own, 'a'),
    ...part(other, 'b'),
  ];
}

const short = (line: string): string =>
  visible(
    line.length <= LIMITS.columns
      ? line
      : `${line.slice(0, LIMITS.columns)}… (${digits(line.length - LIMITS.columns)} more)`,
  );
