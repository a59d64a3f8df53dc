/** The root commands of checks, and their lines for sudoers. Pure. */

/** One command as root: program by absolute path, and every argument exactly. */
export type RootCommand = readonly string[];

/** The commands behind `sudo -n`, each once. Throws, naming the step, if one cannot be pinned word for word. */
export function rootCommandsOf(
  commands: readonly { readonly id: string; readonly command: string; readonly stop: string }[],
): readonly RootCommand[] {
  const found = new Map<string, RootCommand>();
  for (const { id, command, stop } of commands) {
    // The probe asks sudo what is allowed, which needs no right.
    if (id.startsWith('doctor/')) continue;
    for (const line of [command, stop])
      for (const argv of rootCommandsIn(line, id)) found.set(argv.join('\0'), argv);
  }
  return [...found.values()];
}

function rootCommandsIn(line: string, id: string): RootCommand[] {
  const [, ...parts] = line.split(/\bsudo\b/);
  return parts.map((part) => {
    const argv = wordsOf(part);
    const [option, program, ...rest] = argv ?? [];
    if (option !== '-n' || program?.startsWith('/') !== true)
      throw new Error(
        `${id}: expected \`sudo -n\`, an absolute path and plain words, which sudoers can permit word for word, found \`sudo${part}\``,
      );
    return [program, ...rest];
  });
}

/** The words up to the end of a simple command; undefined if the shell would expand them. */
function wordsOf(text: string): string[] | undefined {
  const words: string[] = [];
  const word = /\s*(?:"([^"$`\\]*)"|'([^']*)'|([^\s"'$`\\*?[\]{}~|&;<>()]+))(?=\s|$|[|&;<>)])/y;
  for (;;) {
    const at = word.lastIndex;
    const match = word.exec(text);
    if (match === null) return /^\s*(?:$|[|&;<>)])/.test(text.slice(at)) ? words : undefined;
    words.push(match[1] ?? match[2] ?? match[3] ?? '');
  }
}

/** Settings of sudo for this user: an empty environment, no terminal of its own. */
export const sudoDefaults = (user: string): readonly string[] => [
  `Defaults:${user} env_reset, !use_pty, !lecture`,
  `Defaults:${user} secure_path="/usr/sbin:/usr/bin:/sbin:/bin"`,
];

/**
 * Lets `user` run exactly these commands as root. sudo matches arguments as a pattern, so special characters are escaped. A backslash
 * is refused: sudo 1.9 would also match the text without it (tested). So is a blank: sudo joins arguments, and sudo-rs does not, so it
 * would refuse what is meant and allow what nobody meant.
 */
export function sudoersLines(commands: readonly RootCommand[], user: string): readonly string[] {
  return commands.map((argv) => {
    if (argv[0]?.startsWith('/') !== true || argv.some((word) => word === '' || /[\s\0"\\]/.test(word))) {
      throw new Error(
        `expected a root command of an absolute path and plain words without blanks, found ${JSON.stringify(argv)}`,
      );
    }
    // With no arguments, sudo would allow any: "" says none.
    const rest = argv.length === 1 ? ['""'] : argv.slice(1).map(literally);
    return `${user} ALL=(root) NOPASSWD: ${[literally(argv[0]), ...rest].join(' ')}`;
  });
}

const literally = (word: string): string => word.replace(/[,:=*?[\]!#]/g, '\\$&');
