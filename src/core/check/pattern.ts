/** Regular expressions and globs for one whole line, in linear time. */
import { RE2JS } from 're2js';

export type Pattern = {
  /** Whether the whole line matches. */
  matches(line: string): boolean;
  /** The groups of a whole-line match (without group 0), or nothing. */
  groups(line: string): readonly string[] | undefined;
  /** Instructions of the compiled expression; the time for a line grows with it. */
  readonly size: number;
};

/** The largest of ours has 107. Counts within counts multiply: `((a{1,30}){1,30})` has 1802. */
export const MAX_INSTRUCTIONS = 400;

const known = new Map<string, Pattern>();

/** Compiles an RE2 expression (no backreferences, no look-around; linear time). Throws with RE2's own words. */
export function compile(regex: string): Pattern {
  const found = known.get(regex);
  if (found) return found;
  const compiled = RE2JS.compile(regex);
  const pattern: Pattern = {
    matches: (line) => compiled.matches(line),
    size: compiled.programSize(),
    groups: (line) => {
      // Finding groups costs many times more than knowing that there are none to find.
      if (!compiled.matches(line)) return undefined;
      const matcher = compiled.matcher(line);
      if (!matcher.matches()) return undefined;
      return Array.from({ length: matcher.groupCount() }, (_, index) => matcher.group(index + 1) ?? '');
    },
  };
  known.set(regex, pattern);
  return pattern;
}

/** `*` is any run of characters, `?` is one; everything else stands for itself. There is no escape. */
export function compileGlob(glob: string): Pattern {
  return compile([...glob].map((c) => (c === '*' ? '.*' : c === '?' ? '.' : RE2JS.quote(c))).join(''));
}
