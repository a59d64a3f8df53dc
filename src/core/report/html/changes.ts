/** What a condition of the lab changes: every row before and after, and the same in figures for a table of options. */
import {
  type Change,
  CHANGE_WORD,
  countChanges,
  type Side,
  VERDICT_WORD,
  type WeighedRow,
} from '../../run/runChange.ts';
import { type Element, element, type Tree } from '../html.ts';
import { shape } from './signs.ts';
import { table } from './table.ts';

export const changeMark = (change: Change): Element =>
  element('span.change', { 'data-change': change }, shape(change), element('b', CHANGE_WORD[change]));

export type Comparison = {
  readonly writeup: string;
  readonly rows: readonly WeighedRow[];
  /** Titles of the two conditions. */
  readonly before: string;
  readonly after: string;
  /** Where and when these results come from, as a sentence. */
  readonly from: string;
};

/** The sum as the summary, then what changed, then what stays the same. */
export function comparisonTree({ writeup, rows, before, after, from }: Comparison, isOpen: boolean): Element {
  const sum = countChanges(rows.map(({ change }) => change));
  const same = rows.filter(({ change }) => change === 'same');
  const others = rows.filter(({ change }) => change !== 'same');
  const drawn = (some: readonly WeighedRow[]): Tree =>
    some.length === 0 ? [] : comparisonTable(writeup, some, [before, after]);
  return element(
    'details.compare',
    { open: isOpen },
    element('summary', `${sum.slice(0, 1).toUpperCase()}${sum.slice(1)}.`),
    element('p.compare-from', from),
    drawn(others),
    others.length === 0 || same.length === 0
      ? drawn(same)
      : element(
          'details',
          element('summary', `${same.length} ${same.length === 1 ? 'row stays' : 'rows stay'} the same`),
          drawn(same),
        ),
  );
}

const comparisonTable = (writeup: string, rows: readonly WeighedRow[], heads: readonly [string, string]) =>
  table(
    'compare-table',
    element('caption.visually-hidden', 'Before and after'),
    ['Check', `Before: ${heads[0]}`, `After: ${heads[1]}`, 'Change'],
    rows.map(({ id, title, before, after, change }) => [
      element('a', { href: `/${writeup}/${id}/` }, title),
      side(before),
      side(after),
      changeMark(change),
    ]),
  );

function side(one: Side | undefined): Tree {
  if (one === undefined) return element('span.not-run', 'Not run yet');
  return [element('span.value', one.observed), element('span.as-page', VERDICT_WORD[one.verdict])];
}

/** The changes that a table of options counts. */
export const OPTION_CHANGES = ['worse', 'better', 'changed', 'unknown'] as const;

/** One option: its name, where the figures come from, and how many rows it changes in which way. */
export const optionRow = (name: Tree, on: string, rows: readonly WeighedRow[]): Element =>
  element(
    'tr',
    element('th', { scope: 'row' }, element('span.name', name), element('span.on', on)),
    ...OPTION_CHANGES.map((change) => {
      const count = rows.filter((row) => row.change === change).length;
      const text = count === 0 ? 'none' : `${count} ${count === 1 ? 'row' : 'rows'}`;
      return element(
        'td',
        { 'data-label': CHANGE_WORD[change], ...(count === 0 ? {} : { 'data-change': change }) },
        text,
      );
    }),
  );
