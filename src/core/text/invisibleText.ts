/** Whether output could deceive its reader: text that is overwritten, moved, reversed or invisible; and the escape sequences that only change how text looks. */

/** Escape sequences that only change how text looks: colours and weights (SGR of ECMA-48). */
export const colour = /\x1b\[[\d;:]*m/;
/** The beginning of one at the end of a piece. */
export const unfinishedColour = /\x1b(?:\[[\d;:]{0,64})?$/;

/** Colours by number hold an 8 that is no weight. */
const BY_NUMBER = /[345]8[;:](?:5[;:]\d*|2(?:[;:]\d*){3})/g;
const CONCEALED = /(?:^|[;:])0*8(?:[;:]|$)/;

/** Whether text after this sequence is not seen. */
export const conceals = (sequence: string): boolean =>
  CONCEALED.test(sequence.slice(2, -1).replace(BY_NUMBER, '38'));

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

/** Looks through the pieces of one stream, in order. */
export function createUnseen(): { feed(bytes: Uint8Array): void; found(): readonly Unseen[] } {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const found = new Set<Unseen>();
  let held = '';
  const look = (text: string) => {
    for (const [kind, pattern] of kinds) if (pattern.test(text)) found.add(kind);
  };
  return {
    feed(bytes) {
      // Line ends and colours deceive nobody, unless a colour conceals text.
      const text = (held + decoder.decode(bytes, { stream: true }))
        .replace(/\r*\n/g, '\n')
        .replace(COLOURS, (sequence) => (conceals(sequence) ? sequence : ''));
      held = (unfinishedColour.exec(text) ?? /\r+$/.exec(text))?.[0] ?? '';
      look(text.slice(0, text.length - held.length));
    },
    found() {
      // A return at the very end overwrites nothing.
      if (held.startsWith('\x1b')) look(held);
      return kinds.flatMap(([kind]) => (found.has(kind) ? [kind] : []));
    },
  };
}

export function unseenSentence(found: readonly Unseen[]): string | undefined {
  if (found.length === 0) return undefined;
  return `Control characters present: ${found.join('; ')}. The verdict is of the bytes as they came, not of how they look.`;
}
