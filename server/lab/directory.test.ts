/** The lab takes a directory only if it is its own, and removes only what it knows. */

import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimDirectory, defaultDirectory, isLeftover, validateSocketPaths, remove } from './directory.ts';
import { testPlace } from './testing.ts';

let place: ReturnType<typeof testPlace>;
beforeEach(() => {
  place = testPlace();
});
afterEach(() => place.remove());

test('the default directory fits and is the same every time', () => {
  expect(defaultDirectory('a-writeup')).toMatch(/\/vantage-\d+-[0-9a-f]{8}\/a-writeup$/);
  expect(() => validateSocketPaths(defaultDirectory('a-writeup'), ['frontend'])).not.toThrow();
});

test('it is made for its owner only', () => {
  claimDirectory(place.directory);
  expect(statSync(place.directory).mode & 0o777).toBe(0o700);
  remove(place.directory);
  expect(existsSync(place.directory)).toBe(false);
});

test('the usual one goes with the folder around it, whoever removed the inner one and whoever looks', () => {
  const around = `${place.parent}/vantage-4001-0123abcd`;
  mkdirSync(around, { mode: 0o700 });
  claimDirectory(`${around}/lab`);
  remove(`${around}/lab`);
  expect(readdirSync(place.parent)).toEqual([]);
  mkdirSync(around);
  remove(`${around}/lab`);
  expect(readdirSync(place.parent)).toEqual([]);
  mkdirSync(around);
  writeFileSync(`${around}/thesis.txt`, '');
  remove(`${around}/lab`);
  expect(readdirSync(around)).toEqual(['thesis.txt']);
});

test('what a dead lab left is removed', () => {
  mkdirSync(`${place.directory}/place`, { recursive: true, mode: 0o700 });
  chmodSync(place.directory, 0o700);
  for (const file of ['control.sock', 'ssh-backend.sock', 'id_ed25519', 'known_hosts', 'inventory.yaml']) {
    writeFileSync(`${place.directory}/${file}`, '');
  }
  claimDirectory(place.directory);
  expect(readdirSync(place.directory)).toEqual([]);
});

test.each<[string, () => void, string]>([
  ['is open to others', () => mkdirSync(place.directory, { mode: 0o755 }), 'mode 755'],
  ['is a link', () => symlinkSync('/tmp', place.directory), 'found something else'],
  ['is a file', () => writeFileSync(place.directory, ''), 'found something else'],
])('one that %s is refused', (_, make, message) => {
  make();
  expect(() => claimDirectory(place.directory)).toThrow(message);
});

test('a stranger’s file is refused and stays', () => {
  mkdirSync(place.directory, { mode: 0o700 });
  writeFileSync(`${place.directory}/thesis.txt`, '');
  expect(() => claimDirectory(place.directory)).toThrow(
    'found thesis.txt; remove them or name another directory',
  );
  remove(place.directory);
  expect(readdirSync(place.directory)).toEqual(['thesis.txt']);
});

test('a folder of keys that is no lab’s is left as it is', () => {
  mkdirSync(place.directory, { mode: 0o700 });
  const keys = ['id_ed25519', 'id_ed25519.pub', 'known_hosts'];
  for (const name of keys) writeFileSync(`${place.directory}/${name}`, 'mine');
  expect(isLeftover(place.directory)).toBe(false);
  expect(() => claimDirectory(place.directory)).toThrow('found id_ed25519.pub; remove them');
  expect(readdirSync(place.directory)).toEqual(keys);
});

test('a path too long for a socket is refused with its limit', () => {
  expect(() => validateSocketPaths(`/tmp/${'x'.repeat(100)}`, ['frontend'])).toThrow('at most 107 bytes');
});
