/** Leads from a row to the record of its last run, and to the report of it. A recording has neither. */
import { checkStateOf } from '../../client/state/state.ts';
import { node } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';

class VLinks extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const title = this.dataset.title ?? '';
    const link = (word: string) => node('a', { 'aria-label': `${word}: ${title}` }, word);
    const record = link('Record');
    const report = link('Report');
    this.replaceChildren(record, report);
    this.session(signal, ({ state }) => {
      const { last } = checkStateOf(state, this.attribute('check'));
      const kept = last !== undefined && last.source !== 'recording';
      this.hidden = !kept;
      if (!kept) return;
      record.setAttribute('href', `/runs/${last.run}`);
      report.setAttribute('href', `/runs/${last.run}.md`);
    });
  }
}

customElements.define('v-links', VLinks);
