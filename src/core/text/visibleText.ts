/** Characters that a page, a terminal or a reader would not see as they are, written so that they are seen. What of them a text holds is left to `unseen.ts`. */

/** Control characters as pictures (U+2400 and on), marks that are not seen as `‹U+202E›`; line feeds and tabs stay. */
export function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').toWellFormed().replace(UNSEEN, named);
}

/**
 * Controls; soft hyphen; bidirectional embeddings, overrides, isolates and marks (Unicode TR 9); what has no width; separators of lines
 * and paragraphs; tags; and what is no character, which XML does not take.
 */
const UNSEEN =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]/gu;

function named(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '␡' : `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
}
