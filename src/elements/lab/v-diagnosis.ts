/** Which causes fit the last runs, and the check to run next. */
import type { EndedRun } from '../../core/protocol/down.ts';
import { newestRuns, sameRuns } from '../../client/state/observations.ts';
import { diagnose, nextCheck } from '../../core/diagnosis/diagnosis.ts';
import { observationsOf, newestSource } from '../../core/diagnosis/observations.ts';
import { diagnosisTree, nextCheckTree, runButton } from '../../core/report/html/diagnosisTree.ts';
import { draw, node } from '../base/dom.ts';
import { lastRunsText } from '../../core/pictures/path-state.ts';
import { causesOfPage } from './causesOfPage.ts';
import { define, LiveElement } from '../base/LiveElement.ts';
import { rowsOfPage } from '../base/pageChecks.ts';

class VDiagnosis extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const live = this.querySelector<HTMLElement>('.diagnosis-live');
    const documented = this.querySelector<HTMLDetailsElement>('.diagnosis-documented');
    const { predictions, naming, titleOf } = causesOfPage(this);
    const rows = rowsOfPage(this);
    const hashes = new Map(rows.map(({ id, hash }) => [id, hash]));
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
      const { kept, leftOut } = newestSource(observationsOf(runs, hashes));
      live?.replaceChildren(
        ...draw(diagnosisTree(diagnose(predictions, kept), naming)),
        ...draw(
          nextCheckTree(nextCheck(predictions, kept), naming, (check) => runButton(check, titleOf(check))),
        ),
        node('p', { class: 'diagnosis-from' }, lastRunsText(kept, leftOut) ?? ''),
      );
    });
  }
}

define('v-diagnosis', VDiagnosis);
