/** Faults in how a step accounts for its command: what was added to the documented one, and why a step is there that nobody documented. */
import type { Step } from './check.ts';
import type { Fault } from './fault.ts';

type Account = Pick<Step, 'command' | 'documented' | 'additions' | 'why'>;

/** Paths start at the step. A command without its additions has to be the documented one, word for word. */
export function additionFaults({ command, documented, additions = [], why }: Account): readonly Fault[] {
  if (documented === undefined)
    return [
      ...(additions.length > 0
        ? [{ path: ['additions'], message: 'write in `documented` the command that these were added to' }]
        : []),
      ...(why === undefined
        ? [
            {
              path: [],
              message:
                'write `documented`, the command as the writeup has it, or `why`: what this step is there for',
            },
          ]
        : []),
    ];
  const faults: Fault[] = [];
  const [own, theirs] = [shellWords(command), shellWords(documented)];
  for (const [index, { text, replaces }] of additions.entries()) {
    if (!takeOut(own, shellWords(text)))
      faults.push({
        path: ['additions', index, 'text'],
        message: `${text} is not in the command, as whole words`,
      });
    if (replaces !== undefined && !takeOut(theirs, shellWords(replaces)))
      faults.push({
        path: ['additions', index, 'replaces'],
        message: `${replaces} is not in \`documented\`, as whole words`,
      });
  }
  const [left, wanted] = [own, theirs].map((words) => words.filter((word) => word !== taken).join(' '));
  if (faults.length === 0 && left !== wanted)
    faults.push({
      path: ['documented'],
      message: `without its additions the command is \`${left}\`, and documented is \`${wanted}\`: name each addition with its words, and what it \`replaces\``,
    });
  return faults;
}

/** No word of a shell line: stands where words were taken out, so that what was apart does not come together. */
const taken = ' ';

/** Whether these words stand in a row; they are taken out. */
function takeOut(words: string[], row: readonly string[]): boolean {
  const at = words.findIndex((_, from) => row.every((word, step) => words[from + step] === word));
  if (at < 0 || row.length === 0) return false;
  words.fill(taken, at, at + row.length);
  return true;
}

/** The words of a line as they are written, quotes included: blanks within quotes part nothing. */
function shellWords(line: string): string[] {
  return line.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\]|['"\\])+/g) ?? [];
}
