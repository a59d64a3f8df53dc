/** When, where and by whom a check was last taken, and for how long that stays fresh. */
import { freshOf } from '../../client/state/freshness.ts';
import { type State, checkStateOf } from '../../client/state/state.ts';
import { documentedCondition } from '../../client/state/conditionResults.ts';
import { ago, condition, SOURCE_WORDS, span, utc } from '../../client/state/format.ts';
import { checksOfPage } from '../base/pageChecks.ts';
import { node, time } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { onTick } from '../base/ticking.ts';

class VLastRun extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const check = checksOfPage(this).get(this.attribute('check'));
    let drawn = '';
    const draw = (state: State) => {
      const { last } = checkStateOf(state, this.attribute('check'));
      if (last === undefined) {
        drawn = '';
        this.replaceChildren();
        return;
      }
      const now = Date.now();
      const fresh = check && freshOf(state, check, now);
      const word = last.source === 'recording' ? 'recorded' : fresh === undefined ? 'last taken' : 'taken';
      const age = ago(last.endedAt, now);
      const by = last.by === '' || last.source === 'recording' ? '' : ` by ${last.by}`;
      const stays = fresh === undefined ? '' : ` · fresh for ${span(fresh.freshSeconds)}`;
      const where =
        last.condition === '' || last.condition === documentedCondition
          ? SOURCE_WORDS[last.source]
          : `${SOURCE_WORDS[last.source]}, ${condition(last.condition)}`;
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
    if (session) onTick(signal, () => draw(session.state));
  }
}

customElements.define('v-last-run', VLastRun);
