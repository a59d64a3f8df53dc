/** Says it plainly while the lab is not in the state that the page documents, or is being changed, and leads back. */
import { holderSentence, isHome, type LabNow, labNow, titleOf } from '../../client/state/lab.ts';
import type { Session } from '../../client/session/session.ts';
import { node, shape } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { backButton, shut, taking } from './labElement.ts';

class VConditionBanner extends LiveElement {
  protected wake(signal: AbortSignal): void {
    const message = node('p', {});
    let own: Session | undefined;
    const { button: back, lock } = backButton(this, 'banner', signal, () => own);
    const refused = node('p', { class: 'refused' });
    this.replaceChildren(shape('inconclusive'), message, back, lock.note, refused);
    let drawn = '';
    own = this.session(signal, ({ state }) => {
      const lab = labNow(state);
      const away = lab !== undefined && (!isHome(lab.present) || lab.view.applying !== null);
      this.hidden = !away;
      if (!away) return;
      back.hidden = lab.holding.by === 'another' || isHome(lab.present);
      const isBusy = state.doing.at === 'doing' || lab.view.applying !== null;
      back.disabled = !shut(lock, state, taking(state, this).why) && isBusy;
      const { doing } = state;
      refused.textContent = doing.at === 'failed' && doing.labTask.owner === 'banner' ? doing.message : '';
      const text = sentences(lab);
      if (text.join() === drawn) return;
      drawn = text.join();
      message.replaceChildren(node('b', {}, text[0]), ` ${text[1]}`);
    });
  }
}

function sentences({ present, view, holding }: LabNow): [string, string] {
  const title = (name: string) => `“${titleOf(view.conditions, name)}”`;
  const who = holding.by === 'nobody' ? '' : holderSentence(holding);
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
