/** Opens a row's detail when the page's address names the row. */
import { LiveElement } from '../base/LiveElement.ts';

class VDetail extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const row = this.closest<HTMLElement>('[data-row]');
    const details = this.querySelector('details');
    if (row === null || details === null) return;
    const openIfNamed = () => {
      if (row.id === '' || location.hash !== `#${row.id}`) return;
      details.open = true;
      row.scrollIntoView();
    };
    addEventListener('hashchange', openIfNamed, { signal });
    // A second click on the same link does not change the address, but should open the row again.
    document.addEventListener(
      'click',
      ({ target }) => {
        const link = target instanceof Element ? target.closest('a') : null;
        if (row.id !== '' && link?.hash === `#${row.id}` && link.pathname === location.pathname)
          details.open = true;
      },
      { signal },
    );
    openIfNamed();
  }
}

customElements.define('v-detail', VDetail);
