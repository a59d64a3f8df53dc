/** Which causes fit the last runs, and the check to run next. */
import type { EndedRun } from '../../core/protocol/down.ts';
import { newestRuns, observationsOf, sameRuns } from '../../client/state/observations.ts';
import { diagnose } from '../../core/diagnosis/diagnosis.ts';
import { type Cell, newestSource, type Prediction } from '../../core/diagnosis/observations.ts';
import { nextCheck } from '../../core/diagnosis/nextCheck.ts';
import { diagnosisTree, nextCheckTree } from '../../core/report/html/diagnosisTree.ts';
import { draw, node } from '../base/dom.ts';
import { lastRunsText } from './attemptText.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { rowsOfPage } from '../base/pageChecks.ts';

type Cause = {
  cause: string;
  title: string;
  confirm?: string;
  cells: [string, Cell][];
};

class VDiagnosis extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const live = this.querySelector<HTMLElement>('.diagnosis-live');
    const documented = this.querySelector<HTMLDetailsElement>('.diagnosis-documented');
    const causes: readonly Cause[] = JSON.parse(this.attribute('causes'));
    const predictions = causes.map(({ cause, cells }): Prediction => ({ cause, cells: new Map(cells) }));
    const known = new Map(causes.map((one) => [one.cause, one]));
    const rows = rowsOfPage(this);
    const titleOf = (id: string) => rows.find((row) => row.id === id)?.title;
    const naming = {
      cause: (name: string) => `“${known.get(name)?.title ?? name}”`,
      confirm: (name: string) => known.get(name)?.confirm,
      check: (id: string) => `“${titleOf(id) ?? id}”`,
    };
    let drawn: readonly EndedRun[] = [];
    this.session(signal, ({ state }) => {
      const runs = newestRuns(state, rows);
      if (sameRuns(runs, drawn)) return;
      // The first result takes the place of the documented rows: they go to the end, and nothing else moves.
      if (drawn.length === 0 && documented) {
        documented.open = false;
        this.append(documented);
      }
      drawn = runs;
      const { kept, leftOut } = newestSource(observationsOf(runs, rows));
      live?.replaceChildren(
        ...draw(diagnosisTree(diagnose(predictions, kept), naming)),
        ...draw(nextCheckTree(nextCheck(predictions, kept), naming, titleOf)),
        node('p', { class: 'diagnosis-from' }, lastRunsText(kept, leftOut) ?? ''),
      );
    });
  }
}

customElements.define('v-diagnosis', VDiagnosis);
