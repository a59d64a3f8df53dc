/** Whether output holds what could deceive who looks at it: text written over, moved, turned round or not seen. Showing it is left to `visible.ts`. */
import { colour, conceals, unfinishedColour } from './colours.ts';

const kinds = [
  ['carriage returns or backspaces that write over text', /\r|\x08/],
  ['escape sequences other than colours', /[\x1b\x80-\x9f]/],
  ['marks that turn the direction of reading', /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/],
  [
    'characters that are not seen',
    /[\xad\u180e\u200b-\u200d\u2028\u2029\u2060-\u2065\u206a-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]/u,
  ],
  ['other control characters', /[\x00-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]/],
] as const;

export type Unseen = (typeof kinds)[number][0];

const COLOURS = new RegExp(colour, 'g');

/** Takes the pieces of one stream in order. */
export function createUnseen(): { feed(bytes: Uint8Array): void; found(): readonly Unseen[] } {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const found = new Set<Unseen>();
  let held = '';
  const look = (text: string) => {
    for (const [kind, pattern] of kinds) if (pattern.test(text)) found.add(kind);
  };
  return {
    feed(bytes) {
      // Ends of lines and colours deceive nobody, unless text is coloured away.
      const text = (held + decoder.decode(bytes, { stream: true }))
        .replace(/\r*\n/g, '\n')
        .replace(COLOURS, (sequence) => (conceals(sequence) ? sequence : ''));
      held = (unfinishedColour.exec(text) ?? /\r+$/.exec(text))?.[0] ?? '';
      look(text.slice(0, text.length - held.length));
    },
    found() {
      // A return at the very end has written over nothing.
      if (held.startsWith('\x1b')) look(held);
      return kinds.flatMap(([kind]) => (found.has(kind) ? [kind] : []));
    },
  };
}

/** The sign that stands beside such output, in a sentence; nothing when there is no need for one. */
export function unseenSentence(found: readonly Unseen[]): string | undefined {
  if (found.length === 0) return undefined;
  return `Control characters present: ${found.join('; ')}. The verdict is of the bytes as they came, not of how they look.`;
}
