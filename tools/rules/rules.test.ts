// Our own rules say yes to what is right, and no, in words, to what is not.
import { expect, test } from 'vitest';
import { isShellScript, isSource, lengthProblems, shellOf } from './length.mjs';
import { lockProblems } from './lock.mjs';
import { SPEC, specProblems } from './spec.mjs';

test('a lock file without hosts and with every optional package is fine', () => {
  const packages = {
    '': { optionalDependencies: { a: '1' } },
    'node_modules/a': { optionalDependencies: { b: '1', c: '1' } },
    'node_modules/b': {},
    'node_modules/a/node_modules/c': {},
  };
  expect(lockProblems({ packages })).toEqual([]);
});

test('a download host is found', () => {
  const packages = { 'node_modules/a': { resolved: 'https://host.example/a.tgz' } };
  expect(lockProblems({ packages }).join()).toContain('node_modules/a names a download host');
});

test('an optional package without an entry is found, also when only an unrelated package has one', () => {
  const packages = {
    'node_modules/@s/a': { optionalDependencies: { b: '1' } },
    'node_modules/x/node_modules/b': {},
  };
  expect(lockProblems({ packages }).join()).toContain('node_modules/@s/a may need b');
});

test('250 lines are allowed, 251 are not', () => {
  expect(lengthProblems({ path: 'a.ts', text: 'x\n'.repeat(250) })).toEqual([]);
  expect(lengthProblems({ path: 'a.ts', text: 'x\n'.repeat(251) })).toHaveLength(1);
});

test('data and lock files may be long, source may not', () => {
  expect(['a.ts', 'a.mjs', 'a.astro', 'a.css'].every(isSource)).toBe(true);
  expect(['package-lock.json', 'a.yaml', 'a.md', 'a.cast'].some(isSource)).toBe(false);
});

test('a shell script is known by its name or its first line, and read by the shell it asks for', () => {
  expect(isShellScript({ path: 'a.sh', text: '' })).toBe(true);
  expect(isShellScript({ path: '.ci/run', text: '#!/usr/bin/env bash\n' })).toBe(true);
  expect(isShellScript({ path: 'a', text: '#!/usr/bin/env node\n' })).toBe(false);
  expect(shellOf('#!/usr/bin/env bash\n')).toBe('bash');
  expect(shellOf('#!/bin/sh\n')).toBe('sh');
});

const spec = (...ids: string[]) => ({
  path: SPEC,
  text: ids.map((id) => `- **${id}** It holds.`).join('\n'),
});
const core = (text: string) => ({ path: 'src/core/a.test.ts', text });
const other = (text: string) => ({ path: 'server/b.lab.test.ts', text });

test('rules that each have one id and a test are fine, wherever the test is and however many it expresses', () => {
  const files = [spec('A1', 'A2', 'B1'), core("  it('[A1] [A2] holds', () => {"), other('test(`[B1] x`)')];
  expect(specProblems(files)).toEqual([]);
});

test('a threat in a title outside core is no rule, and so no fault', () => {
  expect(specProblems([spec('A1'), core("it('[A1] x')"), other("it('[T3] holds')")])).toEqual([]);
});

test('two rules of one id, a rule with the name of a threat, and one without a test are told', () => {
  const files = [spec('A1', 'A1', 'T3', 'B1'), core("it('[A1] [T3] x', () => expect('B1'));")];
  expect(specProblems(files)).toEqual([
    expect.stringContaining('two rules are called A1'),
    expect.stringContaining('T3 is the name of a threat'),
    expect.stringContaining('no test expresses B1'),
  ]);
});

test('a title of core that begins with no rule, or with one that is not there, is told', () => {
  const said = (text: string) => specProblems([spec('A1'), other("it('[A1] x')"), core(text)]);
  expect(said("  it('[Z9] holds', () => {")).toEqual([expect.stringContaining('[Z9], and src/core/SPEC.md')]);
  for (const text of [
    "  it('holds', () => {",
    "  it(\n    'holds',\n",
    "  ])('holds', (a) => {",
    "  it.each(all)('holds', (a) => {",
  ])
    expect(said(text)).toEqual([expect.stringContaining('"holds" begins with no rule')]);
  expect(said("describe('[A1] a thing', () => {\n  it('holds', () => {")).toEqual([]);
  expect(said("describe('[A1] a thing');\ndescribe('another', () => {\n  it('holds', () => {")).toHaveLength(
    1,
  );
});

test('without the page of rules there is a sentence, and no silence', () => {
  expect(specProblems([core("it('[A1] x')")])).toEqual([expect.stringContaining('it is not there')]);
});
