/** Puts what was tried in this lab in the table of options, in the place of what was verified. */
import { formatCondition } from '../../client/state/conditionNames.ts';
import { resultsIn } from '../../client/state/conditionResults.ts';
import { labStatus, titleOf } from '../../client/state/lab.ts';
import { optionRow } from '../../core/report/html/changes.ts';
import { draw } from '../base/dom.ts';
import { define, LiveElement } from '../base/LiveElement.ts';
import { weighRows } from './beforeAfter.ts';

class VOptions extends LiveElement {
  protected connect(signal: AbortSignal): void {
    let drawn: unknown;
    this.session(signal, ({ state }) => {
      const conditions = labStatus(state)?.view.conditions ?? [];
      if (conditions.length === 0 || drawn === state.results) return;
      drawn = state.results;
      for (const body of this.querySelectorAll<HTMLElement>('tbody[data-cause]')) {
        const { remedy = '' } = body.dataset;
        const causes = conditions.find(({ name }) => name === remedy)?.for ?? [];
        const name = body.querySelector('.name');
        const rows = causes.flatMap((cause) => {
          const after = resultsIn(state.results, formatCondition(cause, remedy));
          if (after.size === 0) return [];
          const weighed = weighRows(this, resultsIn(state.results, cause), after);
          return [optionRow('', `on “${titleOf(conditions, cause)}”, tried here`, weighed)];
        });
        if (rows.length === 0 || name === null) continue;
        body.replaceChildren(...rows.flatMap(draw));
        for (const place of body.querySelectorAll('.name')) place.replaceWith(name.cloneNode(true));
      }
    });
  }
}

define('v-options', VOptions);
