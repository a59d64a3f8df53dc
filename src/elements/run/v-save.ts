/** The button that saves what the page shows as a report. Its dialog is loaded when it is first opened. */
import { runsToSave } from '../../client/state/runsToSave.ts';
import { disabledReason } from '../../client/session/permission.ts';
import { orderOfPage } from '../base/pageChecks.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { actionButton } from '../base/disabledButton.ts';

class VSave extends LiveElement {
  protected connect(signal: AbortSignal): void {
    let dialog: { open(): void } | undefined;
    const open = async () => {
      const { saveDialog } = await import('./saveDialog.ts');
      if (signal.aborted || session === undefined) return;
      dialog ??= saveDialog(this, session, signal);
      dialog.open();
    };
    const save = actionButton('Save report…', undefined, signal, () => void open());
    save.button.setAttribute('aria-haspopup', 'dialog');
    save.button.title = 'Save what is shown as a pinned record';
    this.replaceChildren(save.button, save.note);
    const session = this.session(signal, ({ state }) => {
      this.hidden = state.link.state === 'absent' || state.link.state === 'ended';
      const reason = disabledReason(state, 'evidence');
      save.setReason(reason);
      const canSave = state.link.state === 'open' && runsToSave(state, orderOfPage(this)).runs.length > 0;
      save.button.disabled = !canSave && reason === undefined;
    });
  }
}

customElements.define('v-save', VSave);
