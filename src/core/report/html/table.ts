/** A table and a warning, which the causes of a limitation need too: apart from the parts of records, and from what compares texts. */
import { type Element, element, type Tree } from '../html.ts';
import { sentence } from './signs.ts';

export const warning = (text: string): Element => element('p.warn', sentence(text));

/** The first cell of each row names it; the others carry their column's name, for narrow screens. */
export const table = (
  name: string,
  caption: Element,
  columns: readonly string[],
  rows: readonly (readonly [Tree, ...Tree[]])[],
): Element => {
  const head = columns.map((column) => element('th', { scope: 'col' }, column));
  const lines = rows.map(([first, ...cells]) =>
    element(
      'tr',
      element('th', { scope: 'row' }, first),
      ...cells.map((cell, index) => element('td', { 'data-label': columns[index + 1] ?? '' }, cell)),
    ),
  );
  return element(
    'table',
    { class: name },
    caption,
    element('thead', element('tr', ...head)),
    element('tbody', ...lines),
  );
};
