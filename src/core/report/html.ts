/** Markup that is made on the server or for a file: what is put into it is escaped, unless it is markup of ours already. */

export type Html = { readonly markup: string };
type Piece = string | number | Html | readonly (string | number | Html)[];

/** Template tag: `` html`<b>${text}</b>` ``. Text and attributes (always in double quotes) are safe; arrays are joined. */
export function html(texts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return { markup: texts.reduce((whole, text, index) => whole + written(pieces[index - 1]) + text) };
}

/** Markup that was made by this project, taken as it is. Never call it with anything that came from a machine or a reader. */
export const trusted = (markup: string): Html => ({ markup });

export const nothing: Html = { markup: '' };

function written(piece: Piece | undefined): string {
  if (piece === undefined) return '';
  if (typeof piece === 'string') return escapeHtml(piece);
  if (typeof piece === 'number') return String(piece);
  return 'markup' in piece ? piece.markup : piece.map((one) => written(one)).join('');
}

/**
 * Text for HTML. Control characters that no page can hold are shown as their pictures (U+2400 and on), and the marks that turn
 * the direction of reading as their names: hostile output must not reorder what a reader sees.
 */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters as pictures, marks that are not seen as `‹U+202E›`; line feeds and tabs stay. */
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
