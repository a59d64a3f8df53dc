/** The sudoers lines grant exact command lines and nothing that only looks like them. How sudo obeys them is left to the lab tests. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadContent } from '../content/load.ts';
import { labsOf, writeupsIn } from '../content/labs.ts';
import { allowedCommandsFor, allowedCommands } from './allowList.ts';
import { rootCommandsOf, sudoersLines } from './sudoers.ts';

const order = (command: string, stop = '') => ({ id: 'check/step', command, stop });
const lines = (commands: readonly (readonly string[])[]) => sudoersLines(commands, 'autobot');

test('the checks of the writeups ask for two captures with the lines that end them, and for the rules of the firewall', async () => {
  const writeups = await loadContent(fileURLToPath(new URL('../../content', import.meta.url)));
  const commands = rootCommandsOf(allowedCommandsFor(allowedCommands(writeups), 'backend'));
  expect(lines(commands)).toEqual([
    'autobot ALL=(root) NOPASSWD: /usr/bin/timeout -k 1 4 /usr/sbin/nft -s list ruleset',
    'autobot ALL=(root) NOPASSWD: /usr/bin/timeout -s INT -k 1 9 /usr/bin/tcpdump --immediate-mode -s 256 -i any -nn -l port 8443',
    'autobot ALL=(root) NOPASSWD: /usr/bin/pkill -INT -f -x /usr/bin/tcpdump.--immediate-mode.-s.256.-i.any.-nn.-l.port.8443',
    'autobot ALL=(root) NOPASSWD: /usr/bin/timeout -s INT -k 1 9 /usr/bin/tcpdump --immediate-mode -s 256 -i lo -nn -l port 8443',
    'autobot ALL=(root) NOPASSWD: /usr/bin/pkill -INT -f -x /usr/bin/tcpdump.--immediate-mode.-s.256.-i.lo.-nn.-l.port.8443',
  ]);
  expect(rootCommandsOf(allowedCommandsFor(allowedCommands(writeups), 'manager'))).toEqual([]);
});

test('a lab allows as root what its checks ask for, and nothing else', async () => {
  const writeups = await loadContent(fileURLToPath(new URL('../../content', import.meta.url)));
  for (const lab of labsOf(writeups))
    expect(lab.rootCommands).toEqual(rootCommandsOf(allowedCommands(writeupsIn(writeups, lab))));
});

test('what stands behind sudo is read as far as the simple command goes', () => {
  expect(rootCommandsOf([order(`sudo -n /bin/a -x "b c" 'd' | sudo -n /bin/e && f`)])).toEqual([
    ['/bin/a', '-x', 'b c', 'd'],
    ['/bin/e'],
  ]);
});

test.each([
  'sudo /bin/a',
  'sudo -n a',
  'sudo -n /bin/$X',
  'sudo -n /bin/a *',
  'sudo -n /bin/a `id`',
  'sudo -n /bin/a "$(id)"',
  'sudo -n /bin/a\\ b',
  'sudo -n -u other /bin/a',
])('%s is refused: it cannot be permitted word for word', (command) => {
  expect(() => rootCommandsOf([order(command)])).toThrow('check/step: expected `sudo -n`');
});

test('characters that mean something to sudo are taken literally', () => {
  expect(lines([['/bin/x', '-f', 'a,b:c=d*e?[f]']])).toEqual([
    String.raw`autobot ALL=(root) NOPASSWD: /bin/x -f a\,b\:c\=d\*e\?\[f\]`,
  ]);
});

test('a command without arguments allows none', () => {
  expect(lines([['/usr/bin/true']])).toEqual(['autobot ALL=(root) NOPASSWD: /usr/bin/true ""']);
});

test.each([
  [[]],
  [['tcpdump']],
  [['/bin/x', 'a\nb']],
  [['/bin/x', '-x', 'b c']],
  [['/bin/x', '']],
  [['/bin/x', 'a"b']],
  [['/bin/x', 'a\\b']],
])('%j is refused', (argv) => {
  expect(() => lines([argv])).toThrow(
    'expected a root command of an absolute path and plain words without blanks',
  );
});
