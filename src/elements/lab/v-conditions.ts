/** The panel of the lab's conditions: choose one, see its commands, apply it, compare before and after. Hidden for real machines. */
import { labStatus } from '../../client/state/lab.ts';
import { disabledReason } from '../../client/session/permission.ts';
import type { Session } from '../../client/session/session.ts';
import { formatCondition } from '../../client/state/conditionResults.ts';
import { ConditionChooser } from './conditionChooser.ts';
import { conditionParts } from './conditionParts.ts';
import { node } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { rowsOfPage } from '../base/pageChecks.ts';
import { labControls, runnableChecks } from './labControls.ts';

const APPLY = 'Apply and run all checks';

class VConditions extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const frame = this.querySelector<HTMLElement>('.conditions-body');
    if (frame === null) return;
    const all = rowsOfPage(this).length;
    const parts = node('div', { class: 'condition-parts' });
    const summary = node('summary', {}, 'What it models, and its commands in the lab');
    const details = node('details', { class: 'condition-told' }, summary, parts);
    let session: Session | undefined;
    const chooser = new ConditionChooser(signal, () => session && draw(session));
    const controls = labControls(this, 'panel', APPLY, () => chooser.chosen, 'lab', signal);
    frame.replaceChildren(chooser.form, details, ...controls.nodes);

    let described: unknown;
    const draw = (own: Session) => {
      const lab = labStatus(own.state);
      this.hidden = lab === undefined;
      if (lab === undefined) return;
      chooser.offer(lab.view.conditions, lab.present);
      const { cause, remedy } = chooser.chosen;
      const name = formatCondition(cause, remedy);
      const key = `${name} ${lab.view.conditions.length}`;
      if (described !== key) {
        described = key;
        parts.replaceChildren(...conditionParts(chooser.parts));
        // Open before a condition is applied, closed for the present one.
        details.open = name !== lab.present;
      }
      const { allowed, reason } = runnableChecks(own.state, this);
      // A reader without the permission to change the lab sees the full text.
      const isPart = reason !== undefined && disabledReason(own.state, 'condition') === undefined;
      controls.apply.setText(
        applyText(name === lab.present, isPart ? allowed.length : undefined, all),
        'run',
      );
      controls.draw(own, lab);
    };
    session = this.session(signal, draw);
  }
}

/** `part`: how many of all the checks the reader may run, if not all of them. */
function applyText(isPresent: boolean, part: number | undefined, all: number): string {
  if (part === undefined) return isPresent ? 'Run all checks again' : APPLY;
  if (part === 0) return 'Apply';
  return isPresent ? `Run ${part} of ${all} again` : `Apply and run ${part} of ${all}`;
}

customElements.define('v-conditions', VConditions);
