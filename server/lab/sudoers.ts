/** The sudoers file of the lab's machines, and what stands in it when the lab was brought up by itself. The lines are left to `gate/sudoers.ts`. */
import { type RootCommand, sudoersLines } from '../gate/sudoers.ts';
import { loginUser } from './machines.ts';

const capture = (card: string): RootCommand =>
  `/usr/bin/tcpdump --immediate-mode -s 256 -i ${card} -nn -l port 8443`.split(' ');

/** A capture that ends by itself, and the command that lets the login user end its own capture early. */
const captureOn = (card: string): RootCommand[] => [
  ['/usr/bin/timeout', '-s', 'INT', '-k', '1', '9', ...capture(card)],
  ['/usr/bin/pkill', '-INT', '-f', '-x', capture(card).join(' ')],
];

export const defaultRootCommands: readonly RootCommand[] = ['any', 'lo'].flatMap(captureOn);

export function sudoersFile(commands: readonly RootCommand[]): string {
  const head = [
    'Defaults env_reset, !use_pty, !lecture, !syslog, !fqdn',
    'Defaults secure_path="/usr/sbin:/usr/bin"',
  ];
  return `${[...head, ...sudoersLines(commands, loginUser)].join('\n')}\n`;
}
