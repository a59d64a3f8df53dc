// Our own rules pass what is right, and name what is not, in words.
import { describe, expect, test } from 'vitest';
import { folderProblems, isShellScript, lengthProblems, shellOf, weightLines } from './sizes.ts';
import { lockProblems } from './lock.ts';
import { isSource, isTest } from './paths.ts';

describe('package-lock.json', () => {
  test.each([
    [
      'has no hosts and every optional package: fine',
      {
        '': { optionalDependencies: { a: '1' } },
        'node_modules/a': { optionalDependencies: { b: '1', c: '1' } },
        'node_modules/b': {},
        'node_modules/a/node_modules/c': {},
      },
      '',
    ],
    [
      'has a download host',
      { 'node_modules/a': { resolved: 'https://host.example/a.tgz' } },
      'node_modules/a names a download host',
    ],
    [
      'lacks an optional package, although an unrelated package has one of that name',
      { 'node_modules/@s/a': { optionalDependencies: { b: '1' } }, 'node_modules/x/node_modules/b': {} },
      'node_modules/@s/a may need b',
    ],
  ])('%s', (_, packages, problem) => {
    const problems = lockProblems({ packages });
    expect(problems).toHaveLength(problem === '' ? 0 : 1);
    expect(problems.join()).toContain(problem);
  });
});

test('250 lines are allowed, 251 are not', () => {
  expect(lengthProblems({ path: 'a.ts', text: 'x\n'.repeat(250) })).toEqual([]);
  expect(lengthProblems({ path: 'a.ts', text: 'x\n'.repeat(251) })).toHaveLength(1);
});

test('source, data and tests are told apart by their path', () => {
  expect(['a.ts', 'a.mjs', 'a.astro', 'a.css'].every(isSource)).toBe(true);
  expect(['package-lock.json', 'a.yaml', 'a.md', 'a.cast'].some(isSource)).toBe(false);
  const tests = [
    'a/b.test.ts',
    'a/b.lab.test.ts',
    'a/b.suite.ts',
    'a/testing.ts',
    'a/testing-lab.ts',
    'a/raw.testing.ts',
  ];
  expect(tests.every(isTest)).toBe(true);
  expect(['a/latest.ts', 'tools/test.mjs', 'a/testing/b.ts'].some(isTest)).toBe(false);
});

test('a shell script is known by its name or its first line, and read by the shell it asks for', () => {
  expect(isShellScript({ path: 'a.sh', text: '' })).toBe(true);
  expect(isShellScript({ path: '.ci/run', text: '#!/usr/bin/env bash\n' })).toBe(true);
  expect(isShellScript({ path: 'a', text: '#!/usr/bin/env node\n' })).toBe(false);
  expect(shellOf('#!/usr/bin/env bash\n')).toBe('bash');
  expect(shellOf('#!/bin/sh\n')).toBe('sh');
});

describe('folders', () => {
  const filled = (folder: string, count: number, end: string) =>
    Array.from({ length: count }, (_, n) => `${folder}/f${n}${end}`);
  test.each([
    ['25 files', filled('server/a', 25, '.ts'), []],
    [
      '25 files beside tests, JSON, Markdown and folders',
      [...['.ts', '.test.ts', '.json', '.md', '/x.ts'].flatMap((end) => filled('server/a', 25, end))],
      [],
    ],
    ['26 files in a folder that is not source', filled('public/a', 26, '.png'), []],
    ['26 files', filled('server/a', 26, '.ts'), ['server/a/: 26 files; at most 25']],
  ])('%s', (_, paths, problems) => {
    expect(folderProblems(paths)).toEqual(problems.map((text) => expect.stringContaining(text)));
  });
});

test('weight counts lines that are not blank, room by room, without tests and data', () => {
  const text = 'a\n\n  \nb\n';
  const paths = [
    ...[
      'src/core/a.ts',
      'src/core/deep/b.ts',
      'src/pages/i.astro',
      'src/layouts/p.astro',
      'server/a.ts',
      'server/web/a.ts',
    ],
    ...[
      'tools/run/a.mjs',
      'src/core/a.test.ts',
      'server/web/a.json',
      'README.md',
      'content/a.yaml',
      'src/content.config.ts',
    ],
  ];
  expect(weightLines(paths.map((path) => ({ path, text }))).map((line) => line.trim())).toEqual([
    ...[
      '2  server',
      '2  server/web',
      '2  src',
      '4  src/core',
      '4  src/pages+layouts',
      '2  tools',
      '16  all rooms',
    ],
  ]);
});
