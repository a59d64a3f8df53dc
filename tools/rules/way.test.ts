import { expect, it } from 'vitest';
import { wayProblems } from './sizes.ts';

const readme = (...paths: string[]) => ({
  path: 'README.md',
  text: `x\n\`\`\`way\n${paths.map((path) => `${path}  why\n`).join('')}\`\`\`\n`,
});
const file = (path: string, lines: number) => ({ path, text: 'x\n'.repeat(lines) });

it.each([
  ['is short enough', [readme('a.ts', 'b.ts'), file('a.ts', 500), file('b.ts', 499)], []],
  [
    'is too long',
    [readme('a.ts'), file('a.ts', 1000)],
    ['README.md: the way has 1000 lines; below 1000 is the limit.'],
  ],
  [
    'names a file that is gone',
    [readme('a.ts')],
    ['README.md: the way names a.ts, and there is no such file.'],
  ],
  ['is missing', [file('README.md', 1)], [expect.stringContaining('has no block ```way')]],
])('the way from a click to a verdict %s', (_, files, problems) =>
  expect(wayProblems(files)).toEqual(problems),
);
