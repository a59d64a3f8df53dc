/** Says while the lab is not in the documented condition, is being changed, or belongs to another reader; offers the way back, and to be next. */
import { planReset } from '../../client/state/labTask.ts';
import { isDocumentedCondition } from '../../client/state/format.ts';
import { holderSentence, type LabStatus, labStatus, titleOf } from '../../client/state/lab.ts';
import { actionButton } from '../base/disabledButton.ts';
import { node, shape } from '../base/dom.ts';
import { define, LiveElement } from '../base/LiveElement.ts';
import { runnableChecks, setLabPermission, taskButton, taskLine } from './labControls.ts';

const OWNER = 'banner';

class VConditionBanner extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const message = node('p', {});
    const back = taskButton(
      'Back to as-documented',
      undefined,
      this,
      () => session,
      signal,
      (checks, { holder }) => planReset(OWNER, checks, holder.by === 'you'),
    );
    const ask = actionButton('Ask to take over', undefined, signal, () =>
      session?.startTask({ owner: OWNER, steps: [{ do: 'ask' }] }),
    );
    const line = node('p', { class: 'lab-task', 'aria-live': 'polite' });
    this.replaceChildren(shape('inconclusive'), message, back.button, ask.button, back.note, ask.note, line);
    let drawn = '';
    const session = this.session(signal, ({ state }) => {
      const lab = labStatus(state);
      const isHeld = lab?.holder.by === 'another';
      const isDocumented = lab === undefined || isDocumentedCondition(lab.present);
      this.hidden =
        lab === undefined || (isDocumented && lab.view.applying === null && lab.holder.by === 'nobody');
      if (lab === undefined || this.hidden) return;
      const isRunning = state.labTask.at === 'running';
      back.button.hidden = isHeld || isDocumented;
      ask.button.hidden = lab.holder.by !== 'another' || lab.holder.asked !== null;
      setLabPermission(
        back,
        state,
        isRunning || lab.view.applying !== null,
        runnableChecks(state, this).reason,
      );
      setLabPermission(ask, state, isRunning);
      line.replaceChildren(...taskLine(state, lab, OWNER));
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
  if (view.applying !== null)
    return [`The condition ${title(view.applying)} is being applied to the lab.`, who];
  if (isDocumentedCondition(present)) return [who, ''];
  return [
    `The lab is in the condition ${title(present)}, not as this page documents it.`,
    `Checks show that condition. ${who}`,
  ];
}

define('v-condition-banner', VConditionBanner);
