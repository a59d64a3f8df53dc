/** What a check may do as root, and how that is written for sudo. Checking the file is left to `visudo`. Pure. */
/** One command as root: program by absolute path, and every argument exactly. */
export type RootCommand = readonly string[];

/** The commands behind `sudo -n` in these orders, each once. Throws, naming the order, where one cannot be pinned word for word. */
export function rootCommandsOf(
  orders: readonly { readonly id: string; readonly command: string; readonly stop: string }[],
): readonly RootCommand[] {
  const found = new Map<string, RootCommand>();
  for (const { id, command, stop } of orders) {
    // It asks sudo what is allowed, and needs no right for that.
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

/** The words up to the end of a simple command; nothing when the shell would make something else of them. */
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

/** What sudo is told of itself: nothing of the caller's environment, no terminal of its own. */
export const sudoDefaults = (user: string): readonly string[] => [
  `Defaults:${user} env_reset, !use_pty, !lecture`,
  `Defaults:${user} secure_path="/usr/sbin:/usr/bin:/sbin:/bin"`,
];

/**
 * The lines that let `user` run exactly these commands as root. sudo compares arguments as a pattern over the words joined by blanks:
 * characters of a pattern and of the file's grammar are escaped, so that nothing but the same text matches. A backslash is refused:
 * sudo 1.9 would also match the text without it (tried out).
 */
export function sudoersLines(commands: readonly RootCommand[], user: string): readonly string[] {
  return commands.map((argv) => {
    if (argv[0]?.startsWith('/') !== true || argv.some((word) => word === '' || /[\n\0"\\]/.test(word))) {
      throw new Error(
        `expected a root command of an absolute path and plain words, found ${JSON.stringify(argv)}`,
      );
    }
    // With no arguments, sudo would allow any: "" says none.
    const rest = argv.length === 1 ? ['""'] : argv.slice(1).map(literally);
    return `${user} ALL=(root) NOPASSWD: ${[literally(argv[0]), ...rest].join(' ')}`;
  });
}

const literally = (word: string): string => word.replace(/[,:=*?[\]!#]/g, '\\$&');
