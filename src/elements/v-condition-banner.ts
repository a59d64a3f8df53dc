/** Says it plainly while the lab is not in the state that the page documents, or is being changed, and leads back. */
import { toGoBack } from '../client/errand.ts';
import { holderSentence, isHome, type LabNow, labNow, titleOf } from '../client/lab.ts';
import type { Session } from '../client/session.ts';
import { node, shape } from './dom.ts';
import { Woken } from './element.ts';
import { button, rowsAround } from './lab-page.ts';

class VConditionBanner extends Woken {
  protected wake(signal: AbortSignal): void {
    const checks = rowsAround(this).map(({ id }) => id);
    const say = node('p', {});
    let own: Session | undefined;
    const back = button('Back to as-documented', undefined, signal, () => {
      const lab = own && labNow(own.state);
      if (lab) own?.begin(toGoBack('banner', checks, lab.holding.by === 'you'));
    });

    const refused = node('p', { class: 'refused' });
    this.replaceChildren(shape('inconclusive'), say, back, refused);
    let drawn = '';
    own = this.session(signal, ({ state }) => {
      const lab = labNow(state);
      const away = lab !== undefined && (!isHome(lab.present) || lab.view.applying !== null);
      this.hidden = !away;
      if (!away) return;
      back.hidden = lab.holding.by === 'another' || isHome(lab.present);
      back.disabled = state.doing.at === 'doing' || lab.view.applying !== null;
      const { doing } = state;
      refused.textContent = doing.at === 'failed' && doing.errand.owner === 'banner' ? doing.say : '';
      const text = sentences(lab);
      if (text.join() === drawn) return;
      drawn = text.join();
      say.replaceChildren(node('b', {}, text[0]), ` ${text[1]}`);
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
