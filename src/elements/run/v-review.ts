/** Shows, by the reader's own clock, that the review of the writeup is overdue. Needs no server. */
import { isOver } from '../../client/state/format.ts';
import { define, callEvery, LiveElement } from '../base/LiveElement.ts';

const HOUR_MS = 3_600_000;

class VReview extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const update = () => {
      const due = isOver(this.attribute('by'), Date.now());
      this.hidden = !due;
      this.toggleAttribute('data-due', due);
    };
    update();
    // A page may stay open for days.
    callEvery(HOUR_MS, signal, update);
  }
}

define('v-review', VReview);
