/** Text as lines, in the fixed steps that it goes through before it is compared, and a whole sequence of lines against line patterns. */
import type { LinePattern } from '../check/expectation.ts';
import { compile, compileGlob } from '../check/pattern.ts';

// CSI, OSC (ended by BEL or ST), and the two-character escapes of ECMA-48.
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

// The look-behind keeps it to one try for each run of blanks; otherwise the time would be quadratic.
const blanksAtEnd = /(?<![ \t])[ \t]+$/gm;

/** Text to lines: without escape sequences, CR before LF, blanks at line ends, and the last line end. Empty text has no lines. */
export function toLines(text: string): readonly string[] {
  const whole = text
    // Before line ends: a colour may be put back between CR and LF.
    .replace(escapes, '')
    .replaceAll('\r\n', '\n')
    .replace(blanksAtEnd, '');
  if (whole === '') return [];
  return (whole.endsWith('\n') ? whole.slice(0, -1) : whole).split('\n');
}

/** For comparisons that ask for it: runs of blanks become one, and the ends are trimmed. */
export function collapseBlanks(line: string): string {
  return line.replace(/[ \t]+/g, ' ').trim();
}

type LinesResult =
  | { readonly matches: true }
  /** `line` counts from 1. `found`: nothing where the stream ends too early. */
  | {
      readonly matches: false;
      readonly line: number;
      readonly expected: string;
      readonly found: string | undefined;
    };

type Blanks = 'kept' | 'collapsed';
type Times = { readonly least: 0 | 1; readonly many: boolean };

/** Follows all ways at once, as an NFA with one state per pattern: the answer is exact, and the time is lines times patterns. */
export function matchLines(
  lines: readonly string[],
  patterns: readonly LinePattern[],
  blanks: Blanks,
): LinesResult {
  const tests = patterns.map((pattern) => lineTest(pattern, blanks));
  const times = patterns.map(timesOf);
  let states = closure(new Set([0]), times);
  for (const [index, raw] of lines.entries()) {
    const line = blanks === 'collapsed' ? collapseBlanks(raw) : raw;
    const next = new Set<number>();
    for (const state of states) {
      if (!tests[state]?.(line)) continue;
      next.add(state + 1);
      if (times[state]?.many) next.add(state);
    }
    if (next.size === 0)
      return { matches: false, line: index + 1, expected: expectedAt(states, patterns), found: raw };
    states = closure(next, times);
  }
  if (states.has(patterns.length)) return { matches: true };
  return { matches: false, line: lines.length + 1, expected: expectedAt(states, patterns), found: undefined };
}

function closure(states: ReadonlySet<number>, times: readonly Times[]): Set<number> {
  const all = new Set(states);
  for (const state of all) if (times[state]?.least === 0) all.add(state + 1);
  return all;
}

function timesOf(pattern: LinePattern): Times {
  if ('rest' in pattern) return { least: 0, many: true };
  const { times = 'once' } = pattern;
  return {
    least: times === 'optional' || times === 'any' ? 0 : 1,
    many: times === 'any' || times === 'some',
  };
}

function lineTest(pattern: LinePattern, blanks: Blanks): (line: string) => boolean {
  const tidy = (text: string) => (blanks === 'collapsed' ? collapseBlanks(text) : text);
  if ('rest' in pattern) return () => true;
  if ('literal' in pattern) {
    const literal = tidy(pattern.literal);
    return (line) => line === literal;
  }
  const compiled = 'glob' in pattern ? compileGlob(tidy(pattern.glob)) : compile(pattern.regex);
  return (line) => compiled.matches(line);
}

export function linePatternText(pattern: LinePattern): string {
  if ('rest' in pattern) return 'any lines';
  if ('literal' in pattern) return pattern.literal;
  return 'glob' in pattern ? `${pattern.glob} (glob)` : `${pattern.regex} (expression)`;
}

function expectedAt(states: ReadonlySet<number>, patterns: readonly LinePattern[]): string {
  const texts = [...states]
    .sort((a, b) => a - b)
    .map((state) => (patterns[state] ? linePatternText(patterns[state]) : 'the end'));
  return texts.join(', or ');
}
