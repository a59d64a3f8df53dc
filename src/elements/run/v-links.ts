/** Links from a row to the record and the report of its last run. A recording has neither. */
import { checkStateOf } from '../../client/state/state.ts';
import { node } from '../base/dom.ts';
import { define, LiveElement } from '../base/LiveElement.ts';

class VLinks extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const title = this.dataset.title ?? '';
    const link = (word: string, href: string) => node('a', { 'aria-label': `${word}: ${title}`, href }, word);
    this.watch(
      signal,
      (state) => checkStateOf(state, this.attribute('check')).last,
      (last) => {
        this.hidden = last === undefined || last.source === 'recording';
        if (last === undefined || this.hidden) return;
        this.replaceChildren(link('Record', `/runs/${last.run}`), link('Report', `/runs/${last.run}.md`));
      },
    );
  }
}

define('v-links', VLinks);
