/** Our own rules for src/core/SPEC.md: each rule has one id and a test, and each title of a test in core begins with a rule that there is. Pure. */

export const SPEC = 'src/core/SPEC.md';

import type { File } from './sizes.ts';

/** `files`: all files of the project. */
export function specProblems(files: readonly File[]): string[] {
  const spec = files.find(({ path }) => path === SPEC);
  if (spec === undefined) return [`${SPEC}: it is not there, so no test can be held against it.`];
  const ids = [...spec.text.matchAll(/^- \*\*([A-Z]+\d+)\*\* /gm)].map(([, id = '']) => id);
  const tests = files.filter(({ path }) => /\.(test|suite)\.ts$/.test(path));
  const expressed = new Set(tests.flatMap(({ text }) => idsInTitles(text)));
  return [
    ...ids
      .filter((id, index) => ids.indexOf(id) !== index)
      .map((id) => `${SPEC}: two rules are called ${id}; give the second a number that is free.`),
    ...ids
      .filter((id) => /^[TR]\d/.test(id))
      .map((id) => `${SPEC}: ${id} is the name of a threat in SECURITY.md; give the rule another letter.`),
    ...ids
      .filter((id) => !expressed.has(id))
      .map((id) => `${SPEC}: no test expresses ${id}; begin the title of one with [${id}].`),
    ...tests
      .filter(({ path }) => path.startsWith('src/core/'))
      .flatMap(({ path, text }) => [
        ...[...new Set(idsInTitles(text))]
          .filter((id) => !ids.includes(id))
          .map((id) => `${path}: a title begins with [${id}], and ${SPEC} has no such rule.`),
        ...titlesWithout(text).map(
          (title) => `${path}: "${title}" begins with no rule; write the one of ${SPEC} that it expresses.`,
        ),
      ]),
  ];
}

/** What a title begins with: one id in brackets, or several. */
const TITLE = /(?<=[('"`])((?:\[[A-Z]+\d+\] ?)+)/g;

function idsInTitles(text: string): string[] {
  return [...text.matchAll(TITLE)].flatMap(([tags]) =>
    [...tags.matchAll(/\[([A-Z]+\d+)\]/g)].map(([, id = '']) => id),
  );
}

const OPENING =
  /^(describe)\(\s*['"`]([^'"`]*)|^\s*(?:(?:it|test)(?:\.\w+)?\(|(?:\]|)\)\(|(?:it|test)\.each[^'"`\n]*\)\()\s*['"`]([^'"`]+)/gm;

/** Titles of tests without an id, in files as the formatter writes them; below a `describe` that begins with one, every title has it. */
function titlesWithout(text: string): string[] {
  let covered = false;
  return [...text.matchAll(OPENING)].flatMap(([, group, name = '', title = '']) => {
    if (group !== undefined) {
      covered = /^\[[A-Z]+\d+\]/.test(name);
      return [];
    }
    return covered || /^\[[A-Z]+\d+\]/.test(title) ? [] : [title];
  });
}
