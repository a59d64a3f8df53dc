/** What the elements about the lab's conditions share: the page's checks, the comparison of a condition, and buttons. */
import type { Row } from '../core/change.ts';
import { baselineOf } from '../client/errand.ts';
import { titleOf } from '../client/lab.ts';
import type { State } from '../client/state.ts';
import { partsOf, type Table, tableOf } from '../client/tables.ts';
import { ago } from '../client/words.ts';
import type { ConditionView } from '../core/protocol/down.ts';
import { beforeAfter } from './before-after.ts';
import { node, shape } from './dom.ts';

/** Every check of the page around the element, as `Page.astro` left them. */
export function rowsAround(element: Element): readonly Row[] {
  const found = element.closest<HTMLElement>('[data-checks-of-page]')?.dataset.checksOfPage;
  const rows: readonly Row[] = JSON.parse(found ?? '[]');
  return rows;
}

/** The condition against its baseline; nothing while none of it was taken. */
export function comparisonOf(
  state: State,
  rows: readonly Row[],
  conditions: readonly ConditionView[],
  name: string,
): HTMLElement | undefined {
  const { cause, remedy } = partsOf(name);
  const baseline = baselineOf(cause, remedy);
  const [before, after] = [tableOf(state.tables, baseline), tableOf(state.tables, name)];
  if (name === baseline || after.size === 0) return undefined;
  const label = `Taken in the lab: before ${when(before)}, after ${when(after)}.`;
  return beforeAfter(
    {
      rows,
      before: { title: `Before: ${titleOf(conditions, baseline)}`, table: before },
      after: { title: `After: ${titleOf(conditions, remedy ?? cause)}`, table: after },
    },
    label,
  );
}

/** When the oldest row of a table was taken. */
function when(table: Table): string {
  const oldest = [...table.values()].map(({ endedAt }) => endedAt).sort()[0];
  return oldest === undefined ? 'not taken yet' : ago(oldest, Date.now());
}

export function button(
  text: string,
  sign: string | undefined,
  signal: AbortSignal,
  press: () => void,
): HTMLButtonElement {
  const made = node(
    'button',
    { type: 'button', class: 'button' },
    sign === undefined ? undefined : shape(sign),
    node('span', {}, text),
  );
  made.addEventListener('click', press, { signal });
  return made;
}
