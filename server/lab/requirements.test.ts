/** What stands in the lab's way is said with the line that removes it. */

import { describe, expect, test } from 'vitest';
import { type Facts, labPackages, whatIsMissing } from './requirements.ts';

const fine: Facts = {
  root: true,
  user: 'ann',
  uid: 1000,
  subuid: 'ann:100000:65536\n',
  subgid: 'ann:100000:65536\n',
  present: () => true,
  setting: () => undefined,
};
const user: Facts = { ...fine, root: false };
const without =
  (...binaries: string[]): Facts['present'] =>
  (binary) =>
    !binaries.includes(binary);
const set =
  (path: string, value: string): Facts['setting'] =>
  (asked) =>
    asked === path ? value : undefined;

describe('nothing is missing', () => {
  test.each([
    ['root', fine],
    ['an ordinary user', user],
    ['an ordinary user known by number', { ...user, subuid: '1000:5:65536', subgid: '1000:5:70000' }],
    [
      'root where ordinary users may not',
      { ...fine, setting: set('kernel/apparmor_restrict_unprivileged_userns', '1') },
    ],
    ['root without nginx, which only some conditions need', { ...fine, present: without('/usr/sbin/nginx') }],
    ['root without the helpers for an ordinary user', { ...fine, present: without('/usr/bin/newuidmap') }],
    ['root without subordinate ids', { ...fine, subuid: '', subgid: '' }],
  ])('for %s', (_, facts) => {
    expect(whatIsMissing(facts)).toBeUndefined();
  });
});

describe('something is missing', () => {
  test.each<[string, Facts, string, string]>([
    [
      'programs',
      { ...fine, present: without('/usr/sbin/nft', '/usr/bin/tcpdump') },
      'missing-tools',
      'apt-get install -y --no-install-recommends tcpdump nftables',
    ],
    [
      'one package, named once',
      { ...fine, present: without('/usr/sbin/ip', '/usr/bin/ss') },
      'missing-tools',
      'recommends iproute2',
    ],
    [
      'the helpers for an ordinary user',
      { ...user, present: without('/usr/bin/newuidmap') },
      'missing-tools',
      'recommends uidmap',
    ],
    [
      'network namespaces',
      { ...fine, setting: set('user/max_net_namespaces', '0') },
      'no-namespaces',
      'sysctl -w user.max_net_namespaces=1024',
    ],
    [
      'user namespaces',
      { ...user, setting: set('kernel/unprivileged_userns_clone', '0') },
      'no-namespaces',
      'sysctl -w kernel.unprivileged_userns_clone=1',
    ],
    [
      'AppArmor’s leave',
      { ...user, setting: set('kernel/apparmor_restrict_unprivileged_userns', '1') },
      'no-namespaces',
      'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
    ],
    [
      'subordinate user ids',
      { ...user, subuid: 'bob:100000:65536' },
      'no-namespaces',
      '/etc/subuid gives ann none',
    ],
    [
      'enough subordinate group ids',
      { ...user, subgid: 'ann:100000:1000' },
      'no-namespaces',
      '/etc/subgid gives ann none',
    ],
  ])('%s', (_, facts, kind, message) => {
    expect(whatIsMissing(facts)).toEqual({ kind, message: expect.stringContaining(message) });
  });
});

test('an ordinary user is told everything that is missing at once', () => {
  const facts: Facts = {
    ...user,
    ...{ subuid: '', subgid: '', present: without('/usr/sbin/nft', '/usr/bin/newuidmap') },
    setting: (path) => ({ 'user/max_net_namespaces': '0', 'kernel/unprivileged_userns_clone': '0' })[path],
  };
  const { kind, message } = whatIsMissing(facts) ?? { kind: '', message: '' };
  expect(kind).toBe('missing-tools');
  for (const line of [
    'apt-get install -y --no-install-recommends nftables uidmap. The',
    'sysctl -w user.max_net_namespaces=1024 kernel.unprivileged_userns_clone=1. The',
    '/etc/subuid and /etc/subgid give ann none',
    'usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ann',
  ])
    expect(message).toContain(line);
});

test('the list of packages is plain data with absolute paths', () => {
  for (const { package: name, binary } of labPackages) {
    expect(name).toMatch(/^[a-z][a-z0-9.+-]+$/);
    expect(binary).toMatch(/^\/usr\/s?bin\/[a-z0-9_-]+$/);
  }
});
