/** Where a link leads whose target is no longer on this page: a check to its own page, anything else to a sentence that says where to look. */
import { addressOf } from '../../client/state/address.ts';
import { checksOfPage, writeupOfPage } from '../base/pageChecks.ts';
import { node, shape } from '../base/dom.ts';
import { define, LiveElement } from '../base/LiveElement.ts';

class VMoved extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const look = () => {
      // Older pages had a second place for the checks of a matrix.
      const hash = location.hash.slice(1);
      // With `=` it is no name, but data that another element reads.
      const name = hash.includes('=') ? '' : decodeURIComponent(hash).replace(/^matrix-/, '');
      this.hidden = name === '' || document.getElementById(name) !== null;
      if (this.hidden) {
        if (name !== '' && name !== hash) location.replace(`#${name}`);
        return;
      }
      if (checksOfPage(this).has(name))
        return location.replace(addressOf(`/${writeupOfPage(this)}/${name}/`));
      this.replaceChildren(
        shape('note'),
        node(
          'p',
          {},
          node('b', {}, `Nothing on this page is named “${name}” any more.`),
          ' It may have moved: look in the contents, or in ',
          node('a', { href: `/runs/?writeup=${writeupOfPage(this)}` }, 'the history'),
          ' of this page.',
        ),
      );
    };
    addEventListener('hashchange', look, { signal });
    look();
  }
}

define('v-moved', VMoved);
