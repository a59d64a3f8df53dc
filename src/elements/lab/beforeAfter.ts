/** The table before | after: what changed stands first, in word and shape, and what got worse before what got better. */
import {
  type Change,
  CHANGE_WORD,
  type Row,
  type Side,
  countChanges,
  VERDICT_WORD,
  type WeighedRow,
  compareRuns,
} from '../../core/run/runChange.ts';
import type { ConditionResults } from '../../client/state/conditionResults.ts';
import { node, shape } from '../base/dom.ts';

export type Compared = {
  readonly rows: readonly Row[];
  readonly before: { readonly title: string; readonly table: ConditionResults };
  readonly after: { readonly title: string; readonly table: ConditionResults };
};

export function weighTables(rows: readonly Row[], before: ConditionResults, after: ConditionResults): WeighedRow[] {
  return compareRuns(rows, sidesOf(before), sidesOf(after));
}

/** Draws the comparison. `label` says where it comes from. */
export function beforeAfter(compared: Compared, label: string): HTMLElement {
  const rows = weighTables(compared.rows, compared.before.table, compared.after.table);
  const same = rows.filter(({ change }) => change === 'same');
  const others = rows.filter(({ change }) => change !== 'same');
  return node(
    'div',
    { class: 'compare' },
    node('p', { class: 'compare-sum' }, `${capital(countChanges(rows.map(({ change }) => change)))}.`),
    node('p', { class: 'compare-from' }, label),
    others.length > 0 ? table(compared, others) : undefined,
    same.length > 0 ? unchanged(compared, same) : undefined,
  );
}

function unchanged(compared: Compared, rows: readonly WeighedRow[]): HTMLElement {
  return node(
    'details',
    { class: 'compare-same' },
    node('summary', {}, `${rows.length} ${rows.length === 1 ? 'row stays' : 'rows stay'} the same`),
    table(compared, rows),
  );
}

function table({ before, after }: Compared, rows: readonly WeighedRow[]): HTMLElement {
  const heads = ['Check', before.title, after.title, 'Change'].map((text) =>
    node('th', { scope: 'col' }, text),
  );
  return node(
    'table',
    { class: 'compare-table' },
    node('thead', {}, node('tr', {}, ...heads)),
    node('tbody', {}, ...rows.map(line)),
  );
}

function line(row: WeighedRow): HTMLElement {
  return node(
    'tr',
    { 'data-change': row.change },
    node('th', { scope: 'row' }, node('a', { href: `#${row.id}` }, row.title)),
    cell(row.before, 'Before'),
    cell(row.after, 'After'),
    node('td', { 'data-label': 'Change' }, mark(row.change)),
  );
}

function cell(side: Side | undefined, label: string): HTMLElement {
  if (side === undefined)
    return node('td', { 'data-label': label }, node('span', { class: 'not-run' }, 'Not taken yet'));
  return node(
    'td',
    { 'data-label': label },
    node('span', { class: 'value' }, side.observed),
    node('span', { class: 'as-page' }, VERDICT_WORD[side.verdict]),
  );
}

export function mark(change: Change): HTMLElement {
  return node(
    'span',
    { class: 'change', 'data-change': change },
    shape(change),
    node('b', {}, CHANGE_WORD[change]),
  );
}

function sidesOf(table: ConditionResults): ReadonlyMap<string, Side> {
  return new Map(
    [...table].map(([check, { judgement }]) => {
      const { verdict, observed, outcome, limitation } = judgement;
      return [check, { verdict, observed, outcome, limitation }];
    }),
  );
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
