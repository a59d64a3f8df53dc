/** Whether the limitation reproduces, as the overview says. */
import { ago, condition, PLACE, utc } from '../../client/state/format.ts';
import { overviewOf, type State } from '../../client/state/state.ts';
import { node, shape, time } from '../base/dom.ts';
import { define, LiveElement } from '../base/LiveElement.ts';

class VLimitation extends LiveElement {
  protected connect(signal: AbortSignal): void {
    this.watch(signal, readState, (shown) => shown && this.draw(shown), 'ticking');
  }

  private draw({ word, sign, look, why, since, age, facts }: Shown): void {
    const parts = [why, since && time(since, `last run ${age}`, utc(since)), ...facts];
    this.replaceChildren(
      node('p', { class: 'limitation-word', 'data-status': look }, shape(sign), node('span', {}, word)),
      node(
        'p',
        { class: 'limitation-why' },
        ...parts.flatMap((part, index) => (index === 0 || !part ? [part] : [' · ', part])),
      ),
    );
  }
}

type Shown = NonNullable<ReturnType<typeof readState>>;

function readState(state: State) {
  const limitation = overviewOf(state)?.limitation;
  if (limitation === undefined) return undefined;
  const { since, source, conditions } = limitation;
  const { fleet } = state;
  const place = source && (fleet?.state === 'ready' && source === 'live' ? fleet.name : PLACE[source]);
  return {
    ...limitation,
    age: since && ago(since, Date.now()),
    facts: [place, ...conditions.map(condition)],
  };
}

define('v-limitation', VLimitation);
