/** What a machine's bytes become on a screen: colours, returns and ends of lines as they are, everything else by name. No output steers a reader's terminal. */
import { colour, conceals, unfinishedColour } from '../../core/text/colours.ts';
import { visible } from '../../core/text/visibleText.ts';

/** What stays as it is: colours and weights, carriage return, backspace. */
const KEPT = new RegExp(`(${colour.source}|\\r|\\x08)`);

/** Takes one stream's chunks in order. Bytes that are not UTF-8 become the replacement sign. */
export function createScreenText(): { feed(bytes: Uint8Array): string } {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let held = '';
  return {
    feed(bytes) {
      const text = held + decoder.decode(bytes, { stream: true });
      held = unfinishedColour.exec(text)?.[0] ?? '';
      return text
        .slice(0, text.length - held.length)
        .split(KEPT)
        .map((part, index) => (index % 2 === 0 || conceals(part) ? visible(part) : part))
        .join('');
    },
  };
}

/** A word of a command, or an option with what follows it. */
const WORD = /(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^ ])+/;
const UNITS = new RegExp(` *-${WORD.source} +(?!-)${WORD.source}| *${WORD.source}| +$`, 'g');

/** Breaks a command where a shell would read on: at blanks outside of quotes and not behind an option, as `\` at the end of a line. `first`: columns taken before it. */
export function wrapCommand(command: string, columns: number, first: number): string {
  const lines = [''];
  for (const word of command.match(UNITS) ?? []) {
    const line = lines.at(-1) ?? '';
    const taken = lines.length === 1 ? first : 0;
    const isFull = taken + line.length + word.length > columns - 2;
    if (isFull && line !== '') lines.push(`  ${word.trimStart()}`);
    else lines[lines.length - 1] = line + word;
  }
  return lines.join(' \\\n');
}
