/** Says by the reader's own clock that the day has passed until which a writeup can be relied on. Needs no server. */
import { isOver } from '../../client/state/format.ts';
import { LiveElement } from '../base/LiveElement.ts';

const HOUR_MS = 3_600_000;

class VReview extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const look = () => {
      const due = isOver(this.attribute('by'), Date.now());
      this.hidden = !due;
      this.toggleAttribute('data-due', due);
    };
    look();
    // A page may stay open for days.
    const timer = setInterval(look, HOUR_MS);
    signal.addEventListener('abort', () => clearInterval(timer));
  }
}

customElements.define('v-review', VReview);
