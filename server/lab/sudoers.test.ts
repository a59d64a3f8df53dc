/** The sudoers file grants exact command lines and nothing that only looks like them. How sudo obeys it is left to the lab tests. */

import { expect, test } from 'vitest';
import { defaultRootCommands, sudoersFile } from './sudoers.ts';

const grants = (file: string): string[] => file.split('\n').filter((line) => line.startsWith('autobot '));

test('the default commands are two captures and the two lines that end them', () => {
  expect(grants(sudoersFile(defaultRootCommands))).toEqual([
    'autobot ALL=(root) NOPASSWD: /usr/bin/timeout -s INT -k 1 9 /usr/bin/tcpdump --immediate-mode -s 256 -i lo -nn -l port 8443',
    'autobot ALL=(root) NOPASSWD: /usr/bin/pkill -INT -f -x /usr/bin/tcpdump --immediate-mode -s 256 -i lo -nn -l port 8443',
    'autobot ALL=(root) NOPASSWD: /usr/bin/timeout -s INT -k 1 9 /usr/bin/tcpdump --immediate-mode -s 256 -i any -nn -l port 8443',
    'autobot ALL=(root) NOPASSWD: /usr/bin/pkill -INT -f -x /usr/bin/tcpdump --immediate-mode -s 256 -i any -nn -l port 8443',
  ]);
});

test('characters that mean something to sudo are taken literally', () => {
  expect(grants(sudoersFile([['/bin/x', '-f', 'a,b:c=d*e?[f]']]))).toEqual([
    String.raw`autobot ALL=(root) NOPASSWD: /bin/x -f a\,b\:c\=d\*e\?\[f\]`,
  ]);
});

test('a command without arguments allows none', () => {
  expect(grants(sudoersFile([['/usr/bin/true']]))).toEqual(['autobot ALL=(root) NOPASSWD: /usr/bin/true ""']);
});

test.each([
  [[]],
  [['tcpdump']],
  [['/bin/x', 'a\nb']],
  [['/bin/x', '']],
  [['/bin/x', 'a"b']],
  [['/bin/x', 'a\\b']],
])('%j is refused', (argv) => {
  expect(() => sudoersFile([argv])).toThrow('expected a root command of an absolute path and plain words');
});
