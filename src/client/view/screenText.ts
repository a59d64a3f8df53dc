/** What a machine's bytes become: on a screen with their colours and everything else by name, so that no output steers a reader's terminal; and as text for screen readers, print and copying. */
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

/** A whole sequence: CSI, a string (OSC, DCS, SOS, PM, APC) with its end, or a short escape. */
const SEQUENCE = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-OQ-WYZ\\`-~]/g;
/** The beginning of one at the end of a chunk, or half of a line's end. */
const UNFINISHED = /(?:\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]*\x1b?|[ -/]*)|\r)$/;
const OTHER_CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g;
const HELD_CHARACTERS = 4096;

/** Takes one stream's chunks in order. Bytes that are not UTF-8 become the replacement sign. */
export function createPlainText(): { feed(bytes: Uint8Array): string } {
  const decoder = new TextDecoder();
  let held = '';
  return {
    feed(bytes) {
      const text = (held + decoder.decode(bytes, { stream: true })).replace(SEQUENCE, '');
      const tail = UNFINISHED.exec(text);
      const cut = tail !== null && text.length - tail.index < HELD_CHARACTERS ? tail.index : text.length;
      held = text.slice(cut);
      return visible(text.slice(0, cut).replace(OTHER_CONTROLS, '').replace(/\r\n?/g, '\n'));
    },
  };
}
