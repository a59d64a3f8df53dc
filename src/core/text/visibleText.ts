/** Makes characters visible that a page or a terminal would hide or act on. */

/** Control characters become pictures (U+2400 and on), invisible marks `‹U+202E›`; line feeds and tabs stay. */
export function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').toWellFormed().replace(UNSEEN, named);
}

/** Controls; soft hyphen; bidirectional marks (Unicode TR 9); zero width; line and paragraph separators; tags; noncharacters, which XML refuses. */
export const UNSEEN =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]/gu;

function named(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '␡' : `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
}
