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
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Control characters as pictures, bidirectional marks as `‹U+202E›`; line feeds and tabs stay. */
export function visible(text: string): string {
  let shown = '';
  for (const character of text.replaceAll('\r\n', '\n')) {
    const code = character.codePointAt(0) ?? 0;
    if (code === 0x0a || code === 0x09 || (code >= 0x20 && code < 0x7f)) shown += character;
    else if (code < 0x20) shown += String.fromCodePoint(0x2400 + code);
    else if (code === 0x7f) shown += '␡';
    else if (code >= 0x80 && code < 0xa0) shown += `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
    else if (turnsReading(code)) shown += `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
    else shown += character;
  }
  return shown;
}

/** Bidirectional embeddings, overrides, isolates and marks (Unicode TR 9), zero-width characters, line and paragraph separators. */
function turnsReading(code: number): boolean {
  return (
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069) ||
    (code >= 0x200b && code <= 0x200f) ||
    code === 0x061c ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0xfeff
  );
}
