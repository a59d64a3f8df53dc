/** The commit that every record names, where the server runs: as a user who owns none of its files. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { commitOf } from './git.ts';

let root = '';
let hash = '';
const git = (...words: readonly string[]): string =>
  execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@example.org', ...words], {
    encoding: 'utf8',
  }).trim();
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vantage-commit-'));
  mkdirSync(join(root, 'content'));
  writeFileSync(join(root, 'content/one'), 'one');
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'one');
  hash = git('rev-parse', '--short=12', 'HEAD');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

it('is found in files of another owner, which git itself refuses', async () => {
  // git's own word for its tests: takes every folder for a stranger's.
  vi.stubEnv('GIT_TEST_ASSUME_DIFFERENT_OWNER', '1');
  expect(() => execFileSync('git', ['-C', root, 'rev-parse', 'HEAD'], { stdio: 'pipe' })).toThrow(
    /dubious ownership/,
  );
  expect(await commitOf(join(root, 'content'))).toBe(hash);
});

it('says by a plus that the writeups are not those of the commit; other files do not matter', async () => {
  writeFileSync(join(root, 'else'), 'x');
  expect(await commitOf(join(root, 'content'))).toBe(hash);
  writeFileSync(join(root, 'content/one'), 'two');
  expect(await commitOf(join(root, 'content'))).toBe(`${hash}+`);
});

it('is empty where there is no repository, or no git', async () => {
  rmSync(join(root, '.git'), { recursive: true });
  vi.stubEnv('GIT_CEILING_DIRECTORIES', tmpdir());
  expect(await commitOf(join(root, 'content'))).toBe('');
  vi.stubEnv('PATH', '/nowhere');
  expect(await commitOf(join(root, 'content'))).toBe('');
});
