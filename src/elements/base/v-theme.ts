/** The reader's choice of theme: each press takes the next of system, light and dark. */
import { node } from './dom.ts';
import { define } from './LiveElement.ts';

const KEY = 'vantage-theme';
const CHOICES = ['system', 'light', 'dark'] as const;

define('v-theme', (element, signal) => {
  const root = document.documentElement;
  const button = node('button', { type: 'button', class: 'quiet' });
  const current = () => CHOICES.find((choice) => choice === root.dataset.theme) ?? 'system';
  const show = () => {
    button.textContent = `Theme: ${current()}`;
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
  button.addEventListener(
    'click',
    () => choose(CHOICES[(CHOICES.indexOf(current()) + 1) % CHOICES.length] ?? 'system'),
    { signal },
  );
  show();
  element.replaceChildren(button);
});
