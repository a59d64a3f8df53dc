/** Markup for the server and for files: what is put into it is escaped, unless it is markup of ours already. */
import { visible } from '../text/visibleText.ts';

export type Html = { readonly markup: string };
type Piece = string | number | Html | Element | readonly Piece[];

/** Template tag: `` html`<b>${text}</b>` ``. Text and attributes (always in double quotes) are safe; arrays are joined. */
export function html(texts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return {
    markup: texts.reduce((whole, text, index) => whole + written(pieces[index - 1] ?? '') + text),
  };
}

/** Markup that was made by this project, used as it is. Never call it with anything that came from a machine or a reader. */
export const trusted = (markup: string): Html => ({ markup });

export const nothing: Html = { markup: '' };

/** A small tree that the server writes as markup and a page draws as nodes, so that both show a thing in the same way. */
export type Tree = string | Element | readonly Tree[];
export type Element = {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Tree[];
};

type Attributes = Readonly<Record<string, string | boolean>>;
const isAttributes = (one: Attributes | Tree): one is Attributes =>
  typeof one === 'object' && !('length' in one) && !('children' in one);

/** `element('p.lead', …)`: the tag and its classes, then attributes if there are any (`false` leaves one out), then what is in it. */
export function element(name: string, first: Attributes | Tree = [], ...others: readonly Tree[]): Element {
  const [tag = '', ...classes] = name.split('.');
  const own = Object.entries(isAttributes(first) ? first : {}).flatMap(([key, value]) =>
    value === false ? [] : [[key, value === true ? '' : value]],
  );
  return {
    tag,
    attributes: Object.fromEntries(classes.length === 0 ? own : [['class', classes.join(' ')], ...own]),
    children: isAttributes(first) ? others : [first, ...others],
  };
}

function written(piece: Piece | Tree): string {
  if (typeof piece === 'string') return escapeHtml(piece);
  if (typeof piece === 'number') return String(piece);
  if ('markup' in piece) return piece.markup;
  if (!('tag' in piece)) return piece.map(written).join('');
  const attributes = Object.entries(piece.attributes).map(([name, value]) =>
    value === '' ? ` ${name}` : ` ${name}="${escapeHtml(value)}"`,
  );
  if (piece.tag === 'br') return '<br>';
  return `<${piece.tag}${attributes.join('')}>${piece.children.map(written).join('')}</${piece.tag}>`;
}

/**
 * Text for HTML and XML. Control characters that no page can hold are shown as their pictures (U+2400 and on), and the marks that turn
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
