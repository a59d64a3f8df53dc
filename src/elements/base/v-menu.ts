/** Closes the menu of a narrow screen after a link in it was followed, or on Escape. Loads the search when its box first has the focus. */
import { closeOnEscape } from './closeOnEscape.ts';
import { define, LiveElement } from './LiveElement.ts';

class VMenu extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const menu = this.querySelector('details');
    if (menu === null) return;
    const close = ({ target }: Event) => {
      if (target instanceof HTMLAnchorElement) menu.open = false;
    };
    menu.addEventListener('click', close, { signal });
    closeOnEscape(menu, signal);
    const search = this.querySelector<HTMLElement>('.search');
    const open = async () => search && (await import('./searchBox.ts')).openSearch(search, signal);
    // The focus is what loads this element, where it is the first that a reader does.
    if (search?.contains(document.activeElement)) void open();
    else search?.addEventListener('focusin', () => void open(), { once: true, signal });
  }
}

define('v-menu', VMenu);
