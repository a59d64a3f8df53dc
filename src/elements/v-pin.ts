/** Pins a record, so that it is kept whatever the limits are, or lets it go again. */
import { whyNot } from '../client/permission.ts';
import { node } from './dom.ts';
import { Woken } from './element.ts';
import { lockOf } from './lock.ts';

class VPin extends Woken {
  protected wake(signal: AbortSignal): void {
    const record = this.fact('record');
    const word = node('span', {});
    const button = node('button', { type: 'button', class: 'quiet' }, word);
    const say = node('span', { role: 'status' });
    const lock = lockOf(button);
    let isAsking = false;
    const show = () => {
      const isPinned = this.dataset.pinned === 'true';
      word.textContent = isPinned ? 'Unpin' : 'Pin: keep it for good';
      button.setAttribute('aria-pressed', String(isPinned));
      button.disabled = isAsking;
    };
    const session = this.session(signal, ({ state }) => {
      this.hidden = state.link.state !== 'open';
      lock.set(whyNot(state, 'evidence'));
    });
    if (session === undefined) return;
    button.addEventListener(
      'click',
      () => {
        if (lock.refuses()) return;
        const pinned = this.dataset.pinned !== 'true';
        isAsking = true;
        say.textContent = '';
        show();
        void session.request({ type: 'pin', record, pinned }).then((answer) => {
          isAsking = false;
          lock.heard(answer);
          if (answer.how !== 'refused') {
            this.dataset.pinned = String(pinned);
            say.textContent = pinned ? 'Pinned: it stays.' : 'No longer pinned.';
          }
          show();
        });
      },
      { signal },
    );
    this.replaceChildren(button, say, lock.note);
    show();
  }
}

customElements.define('v-pin', VPin);
