/** Faults in a step: what its command must not lack or print, what was added to the documented one, and what it gets on standard input. */
import type { Step } from './check.ts';
import { fault, type Fault, faultUnless } from './fault.ts';
import { placesOf } from './input.ts';

/** One sentence for each fault. It catches slips of an author; intent is for the review. */
export function commandFaults(step: Step): readonly string[] {
  const { command, proxy, limits } = step;
  const faults: string[] = [];
  const guarded = /--noproxy/.test(command) || proxy === 'as-set-on-the-machine';
  if (/\bcurl\b/.test(command) && !(guarded && /--max-time/.test(command)))
    faults.push(
      'curl needs --noproxy and --max-time: a proxy variable can fake this result, and a silent peer would hold the step',
    );
  if (/\btcpdump\b/.test(command) && !(/\btimeout\b/.test(command) && /\b(?:port|icmp6?)\b/.test(command)))
    faults.push('tcpdump needs timeout and a filter: without them it captures its own connection, for ever');
  const [, ...asRoot] = command.split(/\bsudo\b/);
  for (const line of asRoot) {
    const seconds = /^ -n \/usr\/bin\/timeout (?:-s [A-Z]+ )?-k \d+ (\d+) \//.exec(line)?.[1];
    if (seconds === undefined || Number(seconds) > limits.seconds)
      faults.push(
        `what runs as root ends by itself: \`sudo -n /usr/bin/timeout -k 1 SECONDS /path …\`, with at most the ${limits.seconds} s of the step; a timeout in front of sudo leaves it running`,
      );
  }
  const stop = step.runs === 'background' ? (step.stop ?? '') : '';
  if (`${command} ; ${stop}`.split(/\bsudo\b/).some((part, index) => index > 0 && !WITHOUT_BLANKS.test(part)))
    faults.push(
      'an argument under sudo has no blank: sudo joins arguments before it compares them, sudo-rs does not, and one of them would refuse this. In a pattern of pkill, write . for a blank',
    );
  return faults;
}

/** Words of a simple command to its end, none of them quoted around a blank. */
const WITHOUT_BLANKS = /^(?:\s+(?:"[^"\s]*"|'[^'\s]*'|[^\s"'|&;<>()])+)*\s*(?:$|[|&;<>)])/;

/** The letters of options that take a value. */
const valued = { tcpdump: 'BcCEFGijmMQrsTVwWyzZ', curl: 'AbcCdDeEFHhKmoPQrtTuUwxXyYz' } as const;

/** What would print the payload of packets, or an answer that holds a secret: a sentence each. */
export function leaks(step: Step): readonly string[] {
  // Quotes and backslashes do not hide an option from us, as they do not from the shell.
  const command = step.command.replace(/["'\\]/g, '');
  const faults = optionsOf(command, 'tcpdump')
    .filter((option) => /^(?:-[AXxvwrzFVGCWZ]|--(?:hex|verbose)\b)/.test(option))
    .map(
      (option) =>
        `tcpdump ${option} prints payload, or reads, writes or starts what this page does not show: another check’s secret may be in it. Headers are enough`,
    );
  if (/\b(?:tshark|ngrep|tcpflow|tcpick|dsniff|ssldump)\b/.test(command))
    faults.push(
      'this program prints payload, where another check’s secret may be. Use tcpdump, which prints headers',
    );
  if (step.runs === 'background' || !step.extracts) return faults;
  for (const option of optionsOf(command, 'curl'))
    if (/^(?:-[vD]|--(?:verbose|trace|dump-header))/.test(option))
      faults.push(
        `curl ${option} prints the answer beside stdout, where it is not withheld: this step extracts a secret from it`,
      );
  if (/%header\{|%\{header_json\}|\/dev\/(?:stderr|fd\/2|tty)\b|>&2|2>&1/.test(command))
    faults.push('this step extracts a secret: its answer must be on stdout and nowhere else');
  return faults;
}

/** The options of every call of a program in a line of shell: long ones as they are, short ones one by one. */
function optionsOf(command: string, program: keyof typeof valued): string[] {
  return command.split(/[;|&()\n]|\$\(|`/).flatMap((part) => {
    const words = part.trim().split(/\s+/);
    const at = words.findIndex((word) => word === program || word.endsWith(`/${program}`));
    if (at < 0) return [];
    return words.slice(at + 1).flatMap((word) => {
      if (word.startsWith('--')) return [word];
      if (!/^-./.test(word)) return [];
      const letters = [...word.slice(1)];
      const last = letters.findIndex((letter) => valued[program].includes(letter));
      return (last < 0 ? letters : letters.slice(0, last + 1)).map((letter) => `-${letter}`);
    });
  });
}

type Account = Pick<Step, 'command' | 'documented' | 'additions' | 'why'>;

/** Paths start at the step. A command without its additions has to be the documented one, word for word. */
export function additionFaults({ command, documented, additions = [], why }: Account): readonly Fault[] {
  const faults: Fault[] = [];
  if (documented === undefined) {
    if (additions.length > 0)
      faults.push(fault(['additions'], 'write in `documented` the command that these were added to'));
    const unexplained =
      'write `documented`, the command as the writeup has it, or `why`: what this step is there for';
    if (why === undefined) faults.push(fault([], unexplained));
    return faults;
  }
  const [own, theirs] = [shellWords(command), shellWords(documented)];
  for (const [index, { text, replaces }] of additions.entries()) {
    const path = ['additions', index];
    if (!remove(own, shellWords(text)))
      faults.push(fault([...path, 'text'], `${text} is not in the command, as whole words`));
    if (replaces !== undefined && !remove(theirs, shellWords(replaces)))
      faults.push(fault([...path, 'replaces'], `${replaces} is not in \`documented\`, as whole words`));
  }
  const [left, wanted] = [own, theirs].map((words) => words.filter((word) => word !== removed).join(' '));
  if (faults.length > 0 || left === wanted) return faults;
  const message = `without its additions the command is \`${left}\`, and documented is \`${wanted}\`: name each addition with its words, and what it \`replaces\``;
  return [fault(['documented'], message)];
}

/** No word of a shell line. It keeps apart what was apart before words were removed. */
const removed = ' ';

/** Whether these words are there, one after the other; they are removed. */
function remove(words: string[], row: readonly string[]): boolean {
  const at = words.findIndex((_, from) => row.every((word, step) => words[from + step] === word));
  if (at < 0 || row.length === 0) return false;
  words.fill(removed, at, at + row.length);
  return true;
}

/** The words of a line as they are written, quotes included. Blanks within quotes separate nothing. */
function shellWords(line: string): string[] {
  return line.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\]|['"\\])+/g) ?? [];
}

/** `extracted`: the names of the values from earlier steps. Paths start at the step. */
export function inputFaults(
  { input = '', credentials, command }: Pick<Step, 'input' | 'credentials' | 'command'>,
  extracted: ReadonlySet<string>,
): readonly Fault[] {
  const documented = credentials?.documented ?? {};
  const fields = Object.keys(documented);
  const secret = credentials?.secret ?? [];
  const known = fields.join(', ');
  const places = placesOf(input).map(({ name }) => name);
  return [
    ...places
      .filter((name) => !extracted.has(name) && !fields.includes(name))
      .map((name) => {
        const from = `{${name}} was not extracted by an earlier step (extracted: ${[...extracted].join(', ') || 'none'})`;
        return fault(
          ['input'],
          credentials ? `${from}, and is no field of the credentials (${known})` : from,
        );
      }),
    ...fields.flatMap((field) => {
      const path = ['credentials', 'documented', field];
      const unused = `no {${field}} in the input uses this field: credentials go by standard input, and nowhere else`;
      const twice = `an earlier step already extracts a value with the name "${field}"`;
      return [
        ...faultUnless(places.includes(field), path, unused),
        ...faultUnless(!extracted.has(field), path, twice),
      ];
    }),
    ...secret.flatMap((field, index) => {
      const value = documented[field];
      if (value === undefined) {
        const message = `expected a field of the credentials (${known}), found "${field}"`;
        return fault(['credentials', 'secret', index], message);
      }
      // The command has the documented password as a word: the operator's would never be used.
      if (!command.split(/[^\w.@-]+/).includes(value)) return [];
      const message = `the documented ${field} stands in the command: write {${field}} in \`input\` and let the command read standard input`;
      return fault(['command'], message);
    }),
  ];
}
