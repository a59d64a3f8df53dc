/** When and where a check was last taken, for the line that opens its detail. */
import { type State, takenOf } from '../client/state.ts';
import { HOME } from '../client/tables.ts';
import { ago, condition, PROVENANCE, utc } from '../client/words.ts';
import { node, time } from './dom.ts';
import { every, Woken } from './element.ts';

const TICK_MS = 20_000;

class VTaken extends Woken {
  protected wake(signal: AbortSignal): void {
    const session = this.session(signal, ({ state }) => this.draw(state));
    if (session) every(TICK_MS, signal, () => this.draw(session.state));
  }

  private draw(state: State): void {
    const { last } = takenOf(state, this.fact('check'));
    if (last === undefined) {
      this.replaceChildren();
      return;
    }
    const word = last.provenance === 'recording' ? 'recorded' : 'last taken';
    this.replaceChildren(
      node('span', {}, `${word} `),
      time(last.endedAt, ago(last.endedAt, Date.now()), utc(last.endedAt)),
      `, ${PROVENANCE[last.provenance]}`,
      last.condition === '' || last.condition === HOME ? '' : `, ${condition(last.condition)}`,
    );
  }
}

customElements.define('v-taken', VTaken);
