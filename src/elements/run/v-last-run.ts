/** When, where and by whom a check last ran, and how long that stays fresh. */
import { freshOf } from '../../client/state/freshness.ts';
import { type State, checkStateOf } from '../../client/state/state.ts';
import { documentedCondition } from '../../client/state/conditionResults.ts';
import { ago, condition, SOURCE_WORDS, span, utc } from '../../client/state/format.ts';
import { checksOfPage } from '../base/pageChecks.ts';
import { node, time } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';

class VLastRun extends LiveElement {
  protected connect(signal: AbortSignal): void {
    this.watch(
      signal,
      (state) => this.read(state),
      (last) => {
        if (last === undefined) return this.replaceChildren();
        const { word, endedAt, age, rest } = last;
        this.replaceChildren(node('span', {}, `${word} `), time(endedAt, age, utc(endedAt)), rest);
      },
      'ticking',
    );
  }

  private read(state: State) {
    const id = this.attribute('check');
    const check = checksOfPage(this).get(id);
    const { last } = checkStateOf(state, id);
    if (last === undefined) return undefined;
    const { endedAt, source, condition: name } = last;
    const fresh = check && freshOf(state, check, Date.now());
    const by = last.by === '' || source === 'recording' ? '' : ` by ${last.by}`;
    const stays = fresh === undefined ? '' : ` · fresh for ${span(fresh.freshSeconds)}`;
    const where = name === '' || name === documentedCondition ? '' : `, ${condition(name)}`;
    return {
      word: source === 'recording' ? 'recorded' : 'last run',
      endedAt,
      age: ago(endedAt, Date.now()),
      rest: `${by}${stays}, ${SOURCE_WORDS[source]}${where}`,
    };
  }
}

customElements.define('v-last-run', VLastRun);
