// The decisions about Debian packages: which are missing, and the words for it.
import { expect, test } from 'vitest';
import { BROWSER, labNeeds, missingPackages, packageSentence, parseNeeds } from './debian.mjs';

const needs = [
  { package: 'openssh-server', binary: 'sshd' },
  { package: 'iproute2', binary: 'ip' },
  { package: 'iproute2', binary: 'ss' },
];

test('a program counts as there in any of the four folders', () => {
  const there = new Set(['/usr/sbin/sshd', '/sbin/ip', '/bin/ss']);
  expect(missingPackages(needs, (path: string) => there.has(path))).toEqual([]);
});

test('each missing package is named once, in the order of the list', () => {
  expect(missingPackages(needs, () => false)).toEqual(['openssh-server', 'iproute2']);
});

test('one missing program of several is enough to miss its package', () => {
  expect(
    missingPackages(needs, (path: string) => path !== '/usr/bin/ss' && path.startsWith('/usr/')),
  ).toEqual([]);
  expect(missingPackages(needs, (path: string) => !path.endsWith('/ss'))).toEqual(['iproute2']);
});

test('a full path is looked for as it is', () => {
  const fonts = BROWSER.filter((need) => need.package === 'fonts-dejavu-core');
  expect(missingPackages(fonts, (path: string) => path.endsWith('DejaVuSans.ttf'))).toEqual([]);
  expect(missingPackages(fonts, () => false)).toEqual(['fonts-dejavu-core']);
});

test('the list of the lab is read, and refused when it is anything else', () => {
  expect(parseNeeds(JSON.stringify(needs))).toEqual(needs);
  for (const text of [
    '',
    '{}',
    '[{"package":"x"}]',
    '[{"package":"-o=x","binary":"y"}]',
    '[{"package":"a b","binary":"y"}]',
    '[null]',
  ]) {
    expect(parseNeeds(text), text).toBeUndefined();
  }
});

test('what only an ordinary user needs is asked for when one will start the lab', () => {
  const root = new URL('../..', import.meta.url).pathname;
  const packages = (asUser: boolean) => labNeeds(root, root, asUser).map((need) => need.package);
  expect(packages(true)).toContain('uidmap');
  expect(packages(false)).not.toContain('uidmap');
  expect(packages(false)).toContain('openssh-server');
  // Of the lab of a writeup.
  expect(packages(false)).toContain('nginx-light');
});

test('the sentence is a line to run, or says that there is no apt-get', () => {
  expect(packageSentence(['tcpdump', 'nftables'], true)).toContain(
    'sudo apt-get install -y --no-install-recommends tcpdump nftables',
  );
  expect(packageSentence(['tcpdump'], false)).toContain('has no apt-get');
});
