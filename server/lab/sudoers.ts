/** What the login user may do as root, and how that is written for sudo. Checking the file is left to `visudo` in `raise.ts`. */

import { loginUser } from './machines.ts';

/** One command as root: program by absolute path, and every argument exactly. */
export type RootCommand = readonly string[];

const capture = (card: string): RootCommand =>
  `/usr/bin/tcpdump --immediate-mode -s 256 -i ${card} -nn -l port 8443`.split(' ');

/** A capture that ends by itself, and the command that lets the login user end its own capture early. */
const captureOn = (card: string): RootCommand[] => [
  ['/usr/bin/timeout', '-s', 'INT', '-k', '1', '9', ...capture(card)],
  ['/usr/bin/pkill', '-INT', '-f', '-x', capture(card).join(' ')],
];

export const defaultRootCommands: readonly RootCommand[] = ['lo', 'any'].flatMap(captureOn);

/**
 * The sudoers file for these commands. sudo compares arguments as a pattern over the words joined by blanks: characters of
 * a pattern and of the file's grammar are escaped, so that nothing but the same text matches. A backslash is refused: sudo 1.9
 * would also match the text without it (tried out).
 */
export function sudoersFile(commands: readonly RootCommand[]): string {
  const lines = commands.map((argv) => {
    if (argv[0]?.startsWith('/') !== true || argv.some((word) => word === '' || /[\n\0"\\]/.test(word))) {
      throw new Error(
        `expected a root command of an absolute path and plain words, found ${JSON.stringify(argv)}`,
      );
    }
    // With no arguments, sudo would allow any: "" says none.
    const rest = argv.length === 1 ? ['""'] : argv.slice(1).map(literally);
    return `${loginUser} ALL=(root) NOPASSWD: ${[literally(argv[0]), ...rest].join(' ')}`;
  });
  return `${['Defaults env_reset, !use_pty, !lecture, !syslog, !fqdn', 'Defaults secure_path="/usr/sbin:/usr/bin"', ...lines].join('\n')}\n`;
}

const literally = (word: string): string => word.replace(/[,:=*?[\]!#]/g, '\\$&');
