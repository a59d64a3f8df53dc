/** The choices of a check, where its page stands alone. On the writeup's page its menu starts to ask. */
import { define } from '../base/LiveElement.ts';
import { isOn } from '../base/switches.ts';

define('v-predict', (element, signal) => {
  const column = element.closest<HTMLElement>('[data-writeup]');
  if (column === null || column.querySelector('v-more') !== null || !isOn('predict-first')) return;
  const session = element.session(signal, () => {});
  if (session)
    void import('./predict.ts').then(({ startPredicting }) => startPredicting(column, session, signal));
});
