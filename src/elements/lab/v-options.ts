/** Adds what was tried in the lab to the table of options. */
import { type Change, CHANGE_WORD, type Row, type WeighedRow } from '../../core/run/runChange.ts';
import { labStatus, titleOf } from '../../client/state/lab.ts';
import type { State } from '../../client/state/state.ts';
import { formatCondition, resultsIn } from '../../client/state/conditionResults.ts';
import type { ConditionView } from '../../core/protocol/down.ts';
import { weighTables } from './beforeAfter.ts';
import { node } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { rowsOfPage } from '../base/pageChecks.ts';

const SHOWN: readonly Change[] = ['worse', 'better', 'changed', 'unknown'];

class VOptions extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const rows = rowsOfPage(this);
    let drawn: unknown;
    this.session(signal, ({ state }) => {
      const conditions = labStatus(state)?.view.conditions ?? [];
      if (conditions.length > 0) this.hidden = false;
      if (conditions.length === 0 || drawn === state.results) return;
      drawn = state.results;
      for (const body of this.querySelectorAll<HTMLElement>('tbody[data-remedy]')) {
        const remedy = conditions.find(({ name }) => name === body.dataset.remedy);
        if (remedy === undefined) continue;
        for (const { cause, line } of lines(remedy, state, conditions, rows)) {
          const known = body.querySelector(`tr[data-cause="${cause}"]`);
          if (known === null) body.append(line);
          else known.replaceWith(line);
        }
      }
    });
  }
}

/** One line for each cause that the remedy was tried on. */
function lines(
  remedy: ConditionView,
  { results }: State,
  conditions: readonly ConditionView[],
  rows: readonly Row[],
): { readonly cause: string; readonly line: HTMLElement }[] {
  return remedy.for
    .filter((cause) => results.has(formatCondition(cause, remedy.name)))
    .map((cause) => {
      const weighed = weighTables(
        rows,
        resultsIn(results, cause),
        resultsIn(results, formatCondition(cause, remedy.name)),
      );
      const on = node('span', { class: 'on' }, `on “${titleOf(conditions, cause)}”, tried here`);
      const line = node(
        'tr',
        { 'data-cause': cause },
        node('th', { scope: 'row' }, remedy.title, on),
        ...SHOWN.map((change) => names(weighed, change)),
      );
      return { cause, line };
    });
}

function names(weighed: readonly WeighedRow[], change: Change): HTMLElement {
  const rows = weighed.filter((row) => row.change === change);
  const label = CHANGE_WORD[change];
  if (rows.length === 0) return node('td', { 'data-label': label }, 'none');
  return node(
    'td',
    { 'data-label': label },
    node('b', {}, `${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`),
    node('ul', {}, ...rows.map(({ title }) => node('li', {}, title))),
  );
}

customElements.define('v-options', VOptions);
