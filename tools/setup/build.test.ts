// When the site is built again.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hashTree, inputsOf, isBuilt, withoutStacks } from './build.mjs';

test('dist is current only when it is there, from these inputs, and from our own build', () => {
  const root = mkdtempSync(join(tmpdir(), 'vantage-build-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const folder of ['dist', 'content']) mkdirSync(join(root, folder));
  const write = (name: string, text: string) => writeFileSync(join(root, name), text);
  write('content/a.mdx', '1');
  write('dist/.inputs', inputsOf(root, '/'));
  expect(isBuilt(root), 'no page').toBe(false);
  write('dist/index.html', '');
  expect(isBuilt(root)).toBe(true);
  expect(isBuilt(root, '/docs/'), 'another base').toBe(false);
  write('content/a.mdx', '2');
  expect(isBuilt(root), 'other inputs').toBe(false);
  write('content/a.mdx', '1');
  rmSync(join(root, 'dist/.inputs'));
  expect(isBuilt(root), 'built by hand').toBe(false);
});

test('the hash sees a changed byte, a new file and a renamed file, but not a test', () => {
  const root = mkdtempSync(join(tmpdir(), 'vantage-hash-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'src/deep'), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(root, 'src/deep', name), text);
  const hash = () => hashTree(root, ['src', 'absent']);
  write('a.ts', '1');
  const first = hash();
  write('a.test.ts', 'test');
  expect(hash()).toBe(first);
  write('a.ts', '2');
  const changed = hash();
  write('b.ts', '');
  const added = hash();
  rmSync(join(root, 'src/deep/b.ts'));
  write('c.ts', '');
  const renamed = hash();
  expect(new Set([first, changed, added, renamed]).size).toBe(4);
});

test('a build that fails is told in its own words, without stack traces, each line once', () => {
  const output =
    'content: 1 fault\n  a.yaml:3: expected x\n  Location:\n    /p/src/a.ts:1:2\n  Stack trace:\n    at f (/p/a.ts:1:2)\n    at async g (x)\ncontent: 1 fault\n';
  expect(withoutStacks(output)).toBe('content: 1 fault\n  a.yaml:3: expected x');
});
