/** Says it plainly while the lab is not in the state that the page documents, or is being changed, and leads back. */
import { holderSentence, isDocumentedCondition, type LabStatus, labStatus, titleOf } from '../../client/state/lab.ts';
import type { Session } from '../../client/session/session.ts';
import { node, shape } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { backButton, disableUnlessPermitted, runnableChecks } from './labElement.ts';

class VConditionBanner extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const message = node('p', {});
    let own: Session | undefined;
    const { button: back, lock } = backButton(this, 'banner', signal, () => own);
    const refused = node('p', { class: 'refused' });
    this.replaceChildren(shape('inconclusive'), message, back, lock.note, refused);
    let drawn = '';
    own = this.session(signal, ({ state }) => {
      const lab = labStatus(state);
      const away = lab !== undefined && (!isDocumentedCondition(lab.present) || lab.view.applying !== null);
      this.hidden = !away;
      if (!away) return;
      back.hidden = lab.holder.by === 'another' || isDocumentedCondition(lab.present);
      const isBusy = state.labTask.at === 'running' || lab.view.applying !== null;
      back.disabled = !disableUnlessPermitted(lock, state, runnableChecks(state, this).reason) && isBusy;
      const { labTask } = state;
      refused.textContent = labTask.at === 'failed' && labTask.task.owner === 'banner' ? labTask.message : '';
      const text = sentences(lab);
      if (text.join() === drawn) return;
      drawn = text.join();
      message.replaceChildren(node('b', {}, text[0]), ` ${text[1]}`);
    });
  }
}

function sentences({ present, view, holder }: LabStatus): [string, string] {
  const title = (name: string) => `“${titleOf(view.conditions, name)}”`;
  const who = holder.by === 'nobody' ? '' : holderSentence(holder);
  if (view.applying !== null)
    return [
      `The lab is being put into ${title(view.applying)}.`,
      `Nothing is taken until that is done. ${who}`,
    ];
  return [
    `The lab is in the condition ${title(present)}, and not as this page documents it.`,
    `What is taken now tells about that condition. ${who}`,
  ];
}

customElements.define('v-condition-banner', VConditionBanner);
