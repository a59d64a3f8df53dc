/** Pins a record, so that it is kept whatever the limits are, or lets it go again. */
import { node } from './dom.ts';
import { Woken } from './element.ts';

class VPin extends Woken {
  protected wake(signal: AbortSignal): void {
    const record = this.fact('record');
    const button = node('button', { type: 'button', class: 'quiet' });
    const say = node('span', { role: 'status' });
    let isAsking = false;
    const show = () => {
      const isPinned = this.dataset.pinned === 'true';
      button.textContent = isPinned ? 'Unpin' : 'Pin: keep it for good';
      button.setAttribute('aria-pressed', String(isPinned));
      button.disabled = isAsking;
    };
    const session = this.session(signal, ({ state }) => {
      this.hidden = state.link.state !== 'open';
    });
    if (session === undefined) return;
    button.addEventListener(
      'click',
      () => {
        const pinned = this.dataset.pinned !== 'true';
        isAsking = true;
        show();
        void session.request({ type: 'pin', record, pinned }).then((answer) => {
          isAsking = false;
          if (answer.how === 'refused') say.textContent = answer.say;
          else {
            this.dataset.pinned = String(pinned);
            say.textContent = pinned ? 'Pinned: it stays.' : 'No longer pinned.';
          }
          show();
        });
      },
      { signal },
    );
    this.replaceChildren(button, say);
    show();
  }
}

customElements.define('v-pin', VPin);
