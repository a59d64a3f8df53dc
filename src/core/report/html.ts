/** Markup that is made on the server or for a file: what is put into it is escaped, unless it is markup of ours already. */
import { visible } from '../text/visibleText.ts';

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
