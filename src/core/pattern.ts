/** Regular expressions and globs against one whole line, in linear time. Sequences of lines are left to `lines.ts`. */
import { RE2JS } from 're2js';

export type Pattern = {
  /** Whether the whole line matches. */
  matches(line: string): boolean;
  /** The groups of a whole-line match (without group 0), or nothing. */
  groups(line: string): readonly string[] | undefined;
};

const known = new Map<string, Pattern>();

/** Compiles an RE2 expression (no backreferences, no look-around; linear time). Throws with RE2's own words. */
export function compile(regex: string): Pattern {
  const found = known.get(regex);
  if (found) return found;
  const compiled = RE2JS.compile(regex);
  const pattern: Pattern = {
    matches: (line) => compiled.matches(line),
    groups: (line) => {
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
