/** Folds the menu of a narrow screen away again after a link in it was followed, or on Escape. */
import { LiveElement } from './LiveElement.ts';
import { foldAwayOnEscape } from './collapse.ts';

class VMenu extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const menu = this.querySelector('details');
    if (menu === null) return;
    // Browsers that cannot style the folded part would hide the column on a wide screen too.
    if (!CSS.supports('selector(::details-content)')) menu.open = true;
    menu.addEventListener(
      'click',
      (event) => {
        if (event.target instanceof HTMLAnchorElement) menu.open = false;
      },
      { signal },
    );
    foldAwayOnEscape(menu, signal);
  }
}

customElements.define('v-menu', VMenu);
