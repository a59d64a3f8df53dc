/** Warns while the lab is not in the documented condition, or is being changed, and offers the way back. */
import { isDocumentedCondition } from '../../client/state/conditionResults.ts';
import { holderSentence, type LabStatus, labStatus, titleOf } from '../../client/state/lab.ts';
import type { Session } from '../../client/session/session.ts';
import { node, shape } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { resetButton, runnableChecks, setLabPermission } from './labControls.ts';

class VConditionBanner extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const message = node('p', {});
    let own: Session | undefined;
    const back = resetButton(this, 'banner', () => own, signal);
    const refused = node('p', { class: 'refused' });
    this.replaceChildren(shape('inconclusive'), message, back.button, back.note, refused);
    let drawn = '';
    own = this.session(signal, ({ state }) => {
      const lab = labStatus(state);
      this.hidden = lab === undefined || (isDocumentedCondition(lab.present) && lab.view.applying === null);
      if (lab === undefined || this.hidden) return;
      const { labTask } = state;
      back.button.hidden = lab.holder.by === 'another' || isDocumentedCondition(lab.present);
      const isBusy = labTask.at === 'running' || lab.view.applying !== null;
      setLabPermission(back, state, isBusy, runnableChecks(state, this).reason);
      refused.textContent = labTask.at === 'failed' && labTask.task.owner === 'banner' ? labTask.message : '';
      const [head, rest] = sentences(lab);
      if (head + rest === drawn) return;
      drawn = head + rest;
      message.replaceChildren(node('b', {}, head), ` ${rest}`);
    });
  }
}

function sentences({ present, view, holder }: LabStatus): [string, string] {
  const title = (name: string) => `“${titleOf(view.conditions, name)}”`;
  const who = holder.by === 'nobody' ? '' : holderSentence(holder);
  return view.applying === null
    ? [
        `The lab is in the condition ${title(present)}, not as this page documents it.`,
        `A check that runs now shows that condition. ${who}`,
      ]
    : [
        `The condition ${title(view.applying)} is being applied to the lab.`,
        `No check runs until that is done. ${who}`,
      ];
}

customElements.define('v-condition-banner', VConditionBanner);
