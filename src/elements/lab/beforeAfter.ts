/** The comparison of a condition with its baseline: changed rows first, worse before better. */
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
import { type ConditionResults, parseCondition, resultsIn } from '../../client/state/conditionResults.ts';
import { ago } from '../../client/state/format.ts';
import { titleOf } from '../../client/state/lab.ts';
import { baselineOf } from '../../client/state/labTask.ts';
import type { State } from '../../client/state/state.ts';
import type { ConditionView } from '../../core/protocol/down.ts';
import { node, shape } from '../base/dom.ts';

export function weighTables(
  rows: readonly Row[],
  before: ConditionResults,
  after: ConditionResults,
): WeighedRow[] {
  return compareRuns(rows, sidesOf(before), sidesOf(after));
}

/** The condition compared with its baseline, undefined while no check has run in it. */
export function comparisonOf(
  { results }: State,
  rows: readonly Row[],
  conditions: readonly ConditionView[],
  name: string,
): HTMLElement | undefined {
  const { cause, remedy } = parseCondition(name);
  const baseline = baselineOf(cause, remedy);
  const [before, after] = [resultsIn(results, baseline), resultsIn(results, name)];
  if (name === baseline || after.size === 0) return undefined;
  const heads = [
    `Before: ${titleOf(conditions, baseline)}`,
    `After: ${titleOf(conditions, remedy ?? cause)}`,
  ];
  const weighed = weighTables(rows, before, after);
  const same = weighed.filter(({ change }) => change === 'same');
  const others = weighed.filter(({ change }) => change !== 'same');
  const sum = countChanges(weighed.map(({ change }) => change));
  return node(
    'div',
    { class: 'compare' },
    node('p', { class: 'compare-sum' }, `${sum.slice(0, 1).toUpperCase()}${sum.slice(1)}.`),
    node('p', { class: 'compare-from' }, `In the lab: before ${oldest(before)}, after ${oldest(after)}.`),
    others.length > 0 ? table(heads, others) : undefined,
    same.length > 0 ? unchanged(heads, same) : undefined,
  );
}

/** When the oldest row ran. */
function oldest(table: ConditionResults): string {
  const time = [...table.values()].map(({ endedAt }) => endedAt).sort()[0];
  return time === undefined ? 'not run yet' : ago(time, Date.now());
}

function unchanged(heads: readonly string[], rows: readonly WeighedRow[]): HTMLElement {
  return node(
    'details',
    { class: 'compare-same' },
    node('summary', {}, `${rows.length} ${rows.length === 1 ? 'row stays' : 'rows stay'} the same`),
    table(heads, rows),
  );
}

function table(heads: readonly string[], rows: readonly WeighedRow[]): HTMLElement {
  const cells = ['Check', ...heads, 'Change'].map((text) => node('th', { scope: 'col' }, text));
  return node(
    'table',
    { class: 'compare-table' },
    node('thead', {}, node('tr', {}, ...cells)),
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
    return node('td', { 'data-label': label }, node('span', { class: 'not-run' }, 'Not run yet'));
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
