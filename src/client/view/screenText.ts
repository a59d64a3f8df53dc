/** What a machine's bytes become on a screen: colours, returns and ends of lines as they are, everything else by name. No output steers a reader's terminal. */
import { colour, conceals, unfinishedColour } from '../../core/text/invisibleText.ts';
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

/**
 * Breaks a line of ours at blanks. In a command only where a shell would read on, as `\` at the end of a line: outside of quotes, and not
 * behind an option. `taken`: columns of its first line that are written already.
 */
export function wrapLine(line: string, columns: number, taken: number, what: 'command' | 'words'): string {
  const [units, joint] = what === 'command' ? [UNITS, ' \\\n'] : [/ *[^ ]+| +$/g, '\n'];
  const lines = [''];
  for (const unit of line.match(units) ?? []) {
    const last = lines.at(-1) ?? '';
    const width = (lines.length === 1 ? taken : 0) + last.length + unit.length;
    if (width > columns - joint.length + 1 && last !== '') lines.push(`  ${unit.trimStart()}`);
    else lines[lines.length - 1] = last + unit;
  }
  return lines.join(joint);
}
