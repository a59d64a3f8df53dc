/** The button that freezes what the page shows. The dialog behind it is loaded when it is first wanted. */
import { runsToSave } from '../../client/state/runsToSave.ts';
import { disabledReason } from '../../client/session/permission.ts';
import { orderOfPage } from '../base/pageChecks.ts';
import { node } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { disabledButton } from '../base/disabledButton.ts';

class VSave extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const button = node(
      'button',
      {
        type: 'button',
        class: 'button',
        'aria-haspopup': 'dialog',
        title: 'Keep what is shown as a pinned record',
      },
      'Freeze…',
    );
    const lock = disabledButton(button);
    this.replaceChildren(button, lock.note);
    const session = this.session(signal, ({ state }) => {
      this.hidden = state.link.state === 'absent' || state.link.state === 'ended';
      const why = disabledReason(state, 'evidence');
      lock.set(why);
      const canFreeze = state.link.state === 'open' && runsToSave(state, orderOfPage(this)).runs.length > 0;
      button.disabled = !canFreeze && why === undefined;
    });
    if (session === undefined) return;
    let dialog: { open(): void } | undefined;
    const open = async () => {
      const { saveDialog } = await import('./saveDialog.ts');
      if (signal.aborted) return;
      dialog ??= saveDialog(this, session, signal);
      dialog.open();
    };
    button.addEventListener('click', () => lock.isRefused() || void open(), { signal });
  }
}

customElements.define('v-save', VSave);
