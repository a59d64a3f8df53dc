// Our own rules say yes to what is right, and no, in words, to what is not.
import { expect, test } from 'vitest';
import { isShellScript, isSource, lengthProblems, shellOf } from './length.mjs';
import { lockProblems } from './lock.mjs';

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
