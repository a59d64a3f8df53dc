/** The button that takes one check, cancels it, or plays its recording. */
import { meansOf, type Session } from '../client/session.ts';
import { isBusy, takenOf } from '../client/state.ts';
import { node, shape } from './dom.ts';
import { Woken } from './element.ts';

class VRun extends Woken {
  protected wake(signal: AbortSignal): void {
    const check = this.fact('check');
    const word = node('span', {});
    const sign = node('span', { class: 'sign-box' });
    const button = node('button', { type: 'button', class: 'button' }, sign, word);
    this.replaceChildren(button);
    const session = this.session(signal, (own) => this.draw(own, button, word, sign));
    button.addEventListener(
      'click',
      () => {
        if (session === undefined) return;
        if (isBusy(takenOf(session.state, check))) return session.cancel(check);
        session.run([check]);
        const detail = this.closest('[data-row]')?.querySelector<HTMLDetailsElement>('details.detail');
        if (detail) detail.open = true;
      },
      { signal },
    );
  }

  private draw({ state }: Session, button: HTMLButtonElement, word: HTMLElement, sign: HTMLElement): void {
    const check = this.fact('check');
    const taken = takenOf(state, check);
    const busy = isBusy(taken);
    const means = meansOf(state, check);
    const gone = (state.link.state === 'absent' || state.link.state === 'ended') && means === 'nothing';
    this.hidden = gone && !busy;
    button.disabled = means === 'nothing' && !busy;
    const say = busy ? 'Cancel' : means === 'recording' ? 'Play recording' : taken.last ? 'Run again' : 'Run';
    if (word.textContent === say) return;
    word.textContent = say;
    button.setAttribute('aria-label', `${say}: ${this.fact('title')}`);
    sign.replaceChildren(shape(busy ? 'stop' : 'run'));
  }
}

customElements.define('v-run', VRun);
