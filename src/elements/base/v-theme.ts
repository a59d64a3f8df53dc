/** The reader's choice of theme: as the system has it, light, or dark. */
import { node } from './dom.ts';
import { LiveElement } from './LiveElement.ts';

const KEY = 'vantage-theme';
const CHOICES = ['system', 'light', 'dark'] as const;

class VTheme extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const root = document.documentElement;
    const buttons = CHOICES.map((choice) => {
      const button = node('button', { type: 'button' }, choice[0]?.toUpperCase() + choice.slice(1));
      button.addEventListener('click', () => choose(choice), { signal });
      return { choice, button };
    });
    const show = () => {
      const now = root.dataset.theme ?? 'system';
      for (const { choice, button } of buttons) button.setAttribute('aria-pressed', String(choice === now));
    };
    const choose = (choice: (typeof CHOICES)[number]) => {
      if (choice === 'system') delete root.dataset.theme;
      else root.dataset.theme = choice;
      try {
        if (choice === 'system') localStorage.removeItem(KEY);
        else localStorage.setItem(KEY, choice);
      } catch {
        // Storage is switched off: the choice holds for this page only.
      }
      show();
      dispatchEvent(new Event('vantage-theme'));
    };
    this.replaceChildren(
      node(
        'div',
        { class: 'segments', role: 'group', 'aria-label': 'Theme' },
        ...buttons.map(({ button }) => button),
      ),
    );
    this.hidden = false;
    show();
  }
}

customElements.define('v-theme', VTheme);
