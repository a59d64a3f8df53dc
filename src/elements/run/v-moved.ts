/** Where a link leads whose target is no longer on this page: a check to its own page, anything else to a sentence that says where to look. */
import { addressOf } from '../../client/state/address.ts';
import { checksOfPage, writeupOfPage } from '../base/pageChecks.ts';
import { node, shape } from '../base/dom.ts';
import { define } from '../base/LiveElement.ts';

define('v-moved', (element, signal) => {
  const look = () => {
    // Older pages had a second place for the checks of a matrix.
    const hash = location.hash.slice(1);
    // With `=` it is no name, but data that another element reads.
    const name = hash.includes('=') ? '' : decodeURIComponent(hash).replace(/^matrix-/, '');
    element.hidden = name === '' || document.getElementById(name) !== null;
    if (element.hidden) {
      if (name !== '' && name !== hash) location.replace(`#${name}`);
      return;
    }
    if (checksOfPage(element).has(name))
      return location.replace(addressOf(`/${writeupOfPage(element)}/${name}/`));
    element.replaceChildren(
      shape('note'),
      node(
        'p',
        {},
        node('b', {}, `Nothing on this page is named “${name}” any more.`),
        ' It may have moved: look in the contents, or in ',
        node('a', { href: `/runs/?writeup=${writeupOfPage(element)}` }, 'the history'),
        ' of this page.',
      ),
    );
  };
  addEventListener('hashchange', look, { signal });
  look();
});
