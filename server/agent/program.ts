/** The text of `agent.sh` without its comment lines, and the command that starts it over ssh, whatever the login shell is. */
import { readFileSync } from 'node:fs';

export const AGENT_PROGRAM: string = readFileSync(new URL('./agent.sh', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => !/^\s*#/.test(line))
  .join('\n');

/** The agent's name in a process list. */
export const AGENT_NAME = 'vantage-agent';

/** What an escape of `printf %b` stands for, as no login shell reads it between single quotes: csh expands `!` there and ends at a line break, fish reads backslashes before quotes. */
const escaped = (character: string): string =>
  character === '\n' ? '\\n' : `\\0${character.charCodeAt(0).toString(8).padStart(3, '0')}`;

/** Words of at most 900 characters, because csh takes no longer ones. */
function wordsOf(program: string): string[] {
  const words = [''];
  for (const character of program) {
    const next = /[\n'!\\]/.test(character) ? escaped(character) : character;
    const last = words.at(-1) ?? '';
    if (last.length + next.length > 900) words.push(next);
    else words[words.length - 1] = last + next;
  }
  return words;
}

/** One line of quoted words that means the same to every login shell; our own `sh` puts the program together and becomes it. */
export const AGENT_COMMAND = [
  `exec sh -c 'eval "$(printf %b "$@")"' ${AGENT_NAME}`,
  ...wordsOf(AGENT_PROGRAM).map((word) => `'${word}'`),
].join(' ');
