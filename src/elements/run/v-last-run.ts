/** When, where and by whom a check was last taken, and for how long that stays fresh. */
import { freshOf } from '../../client/state/freshness.ts';
import { type State, takenOf } from '../../client/state/state.ts';
import { HOME } from '../../client/state/conditionResults.ts';
import { ago, condition, PROVENANCE, span, utc } from '../../client/state/format.ts';
import { checksOfPage } from '../base/pageChecks.ts';
import { node, time } from '../base/dom.ts';
import { Woken } from '../base/LiveElement.ts';
import { ticking } from '../base/ticking.ts';

class VTaken extends Woken {
  protected wake(signal: AbortSignal): void {
    const check = checksOfPage(this).get(this.fact('check'));
    let drawn = '';
    const draw = (state: State) => {
      const { last } = takenOf(state, this.fact('check'));
      if (last === undefined) {
        drawn = '';
        this.replaceChildren();
        return;
      }
      const now = Date.now();
      const fresh = check && freshOf(state, check, now);
      const word =
        last.provenance === 'recording' ? 'recorded' : fresh === undefined ? 'last taken' : 'taken';
      const age = ago(last.endedAt, now);
      const by = last.by === '' || last.provenance === 'recording' ? '' : ` by ${last.by}`;
      const stays = fresh === undefined ? '' : ` · fresh for ${span(fresh.freshSeconds)}`;
      const where =
        last.condition === '' || last.condition === HOME
          ? PROVENANCE[last.provenance]
          : `${PROVENANCE[last.provenance]}, ${condition(last.condition)}`;
      const key = [last.endedAt, word, age, by, stays, where].join();
      if (key === drawn) return;
      drawn = key;
      this.replaceChildren(
        node('span', {}, `${word} `),
        time(last.endedAt, age, utc(last.endedAt)),
        `${by}${stays}, ${where}`,
      );
    };
    const session = this.session(signal, ({ state }) => draw(state));
    if (session) ticking(signal, () => draw(session.state));
  }
}

customElements.define('v-taken', VTaken);
