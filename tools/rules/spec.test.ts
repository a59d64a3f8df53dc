// Each rule of src/core/SPEC.md has one id and a test.
import { expect, test } from 'vitest';
import { SPEC, specProblems } from './spec.ts';

const spec = (...ids: string[]) => ({
  path: SPEC,
  text: ids.map((id) => `- **${id}** It holds.`).join('\n'),
});
const core = (text: string) => ({ path: 'src/core/a.test.ts', text });
const other = (text: string) => ({ path: 'server/b.lab.test.ts', text });
const noRule = '"holds" begins with no rule';

type Case = [title: string, files: { path: string; text: string }[], problems: string[]];
test.each<Case>([
  [
    'rules with one id and a test, wherever the test is',
    [...[spec('A1', 'A2', 'B1'), core("  it('[A1] [A2] holds', () => {"), other('test(`[B1] x`)')]],
    [],
  ],
  [
    'a threat in a title outside core is no rule',
    [spec('A1'), core("it('[A1] x')"), other("it('[T3] holds')")],
    [],
  ],
  [
    'two rules of one id, a rule named like a threat, one without a test',
    [...[spec('A1', 'A1', 'T3', 'B1'), core("it('[A1] [T3] x', () => expect('B1'));")]],
    ['two rules are called A1', 'T3 is the name of a threat', 'no test expresses B1'],
  ],
  [
    'a title of core with an unknown rule',
    [...[spec('A1'), other("it('[A1] x')"), core("  it('[Z9] holds', () => {")]],
    ['[Z9], and src/core/SPEC.md'],
  ],
  ...[
    "  it('holds', () => {",
    "  it(\n    'holds',\n",
    "  ])('holds', (a) => {",
    "  it.each(all)('holds', (a) => {",
  ].map(
    (text) => [`no rule: ${text}`, [spec('A1'), other("it('[A1] x')"), core(text)], [noRule]] satisfies Case,
  ),
  [
    'a describe with a rule covers its titles',
    [...[spec('A1'), core("describe('[A1] a thing', () => {\n  it('holds', () => {")]],
    [],
  ],
  [
    'and not those of the next describe',
    [...[spec('A1'), core("describe('[A1] a thing');\ndescribe('another', () => {\n  it('holds', () => {")]],
    [noRule],
  ],
  ['no page of rules', [core("it('[A1] x')")], ['it is not there']],
])('%s', (_, files, problems) => {
  expect(specProblems(files)).toEqual(problems.map((text) => expect.stringContaining(text)));
});
