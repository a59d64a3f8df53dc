/** When and by whom a check last ran; from where, and how long that stays fresh, in the title. */
import { freshOf } from '../../client/state/freshness.ts';
import { type State, checkStateOf } from '../../client/state/state.ts';
import { ago, condition, isDocumentedCondition, SOURCE_WORDS, span, utc } from '../../client/state/format.ts';
import { checksOfPage } from '../base/pageChecks.ts';
import { time } from '../base/dom.ts';
import { define, LiveElement } from '../base/LiveElement.ts';

class VLastRun extends LiveElement {
  protected connect(signal: AbortSignal): void {
    this.watch(
      signal,
      (state) => this.read(state),
      (last) => {
        if (last === undefined) return this.replaceChildren();
        const { endedAt, age, more, title } = last;
        this.replaceChildren(time(endedAt, age, title), more);
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
    const age = ago(endedAt, Date.now());
    const by = last.by === '' || source === 'recording' ? '' : ` by ${last.by}`;
    const where = isDocumentedCondition(name) ? '' : `, ${condition(name)}`;
    const stays = fresh === undefined ? '' : `, fresh for ${span(fresh.freshSeconds)}`;
    return {
      endedAt,
      age: source === 'recording' ? `recorded ${age}` : age,
      more: where,
      title: `Last run ${utc(endedAt)}${by}, ${SOURCE_WORDS[source]}${stays}`,
    };
  }
}

define('v-last-run', VLastRun);
