/** Faults in how a step accounts for its command: what was added to the documented one, and why an undocumented step is there. */
import type { Step } from './check.ts';
import { fault, type Fault } from './fault.ts';

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
