/** The choices of a check, where its page stands alone. On the writeup's page its menu starts to ask. */
import { define, LiveElement } from '../base/LiveElement.ts';
import { isOn } from '../base/switches.ts';

class VPredict extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const column = this.closest<HTMLElement>('[data-writeup]');
    if (column === null || column.querySelector('v-more') !== null || !isOn('predict-first')) return;
    const session = this.session(signal, () => {});
    if (session)
      void import('./predict.ts').then(({ startPredicting }) => startPredicting(column, session, signal));
  }
}

define('v-predict', VPredict);
