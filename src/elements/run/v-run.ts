/** The button that takes one check, cancels it, or plays its recording; shut for those who may not. */
import { freshOf } from '../../client/state/freshness.ts';
import { permittedChecks } from '../../client/session/permission.ts';
import { sourceFor, type Session } from '../../client/session/session.ts';
import { isBusy, type State, checkStateOf } from '../../client/state/state.ts';
import { checksOfPage } from '../base/pageChecks.ts';
import { node, shape } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { type DisabledButton, disabledButton } from '../base/disabledButton.ts';
import { onTick } from '../base/ticking.ts';

class VRun extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const check = this.attribute('check');
    const word = node('span', {});
    const sign = node('span', { class: 'sign-box' });
    const button = node('button', { type: 'button', class: 'button' }, sign, word);
    const lock = disabledButton(button);
    this.replaceChildren(button, lock.note);
    const draw = (own: Session) => this.draw(own, lock, button, word, sign);
    const session = this.session(signal, draw);
    if (session) onTick(signal, () => draw(session));
    button.addEventListener(
      'click',
      () => {
        if (session === undefined || lock.isRefused()) return;
        if (isBusy(checkStateOf(session.state, check))) return void session.cancel(check).then(lock.showRefusal);
        void session.run([check]).then(lock.showRefusal);
        const detail = this.closest('[data-row]')?.querySelector<HTMLDetailsElement>('details.detail');
        if (detail) detail.open = true;
      },
      { signal },
    );
  }

  private draw(
    { state }: Session,
    lock: DisabledButton,
    button: HTMLButtonElement,
    word: HTMLElement,
    sign: HTMLElement,
  ): void {
    const check = this.attribute('check');
    const own = checksOfPage(this).get(check);
    const busy = isBusy(checkStateOf(state, check));
    const means = sourceFor(state, check);
    const gone = (state.link.state === 'absent' || state.link.state === 'ended') && means === 'nothing';
    this.hidden = gone && !busy;
    const { reason } = permittedChecks(state, busy ? 'stop' : 'effects', own === undefined ? [] : [own]);
    lock.set(reason);
    button.disabled = means === 'nothing' && !busy && reason === undefined;
    const message = busy ? 'Cancel' : means === 'recording' ? 'Play recording' : this.#offer(state);
    if (word.textContent === message) return;
    word.textContent = message;
    button.setAttribute('aria-label', `${message}: ${this.attribute('title')}`);
    sign.replaceChildren(shape(busy ? 'stop' : 'run'));
  }

  /** While the last result is fresh it stands for a new run; whoever wants one anyway takes it again. */
  #offer(state: State): string {
    const check = checksOfPage(this).get(this.attribute('check'));
    return check !== undefined && freshOf(state, check, Date.now()) !== undefined ? 'Take it again' : 'Run';
  }
}

customElements.define('v-run', VRun);
