/** The status line: connected or not, which fleet, which provenance, which condition. */
import type { State } from '../../client/state/state.ts';
import { condition, PROVENANCE, utc } from '../../client/state/format.ts';
import { never } from '../../core/vocabulary.ts';
import { node, shape } from '../base/dom.ts';
import { Woken } from '../base/LiveElement.ts';

class VStatus extends Woken {
  protected wake(signal: AbortSignal): void {
    let drawn = '';
    this.session(signal, ({ state }) => {
      const { sign, say } = link(state);
      const facts = factsOf(state);
      const key = JSON.stringify([sign, say, facts]);
      if (key === drawn) return;
      drawn = key;
      const list = facts.map(([name, value]) => node('div', {}, node('dt', {}, name), node('dd', {}, value)));
      this.replaceChildren(
        node('span', { class: 'status-link', 'data-link': sign }, shape(sign), node('span', {}, say)),
        list.length > 0 ? node('dl', {}, ...list) : '',
      );
    });
  }
}

function link(state: State): { sign: 'open' | 'waiting' | 'absent'; say: string } {
  const tapes =
    state.shelf.state === 'ready'
      ? ` Recordings of ${utc(state.shelf.recordedAt).slice(0, 10)} can be played.`
      : '';
  switch (state.link.state) {
    case 'connecting':
      return { sign: 'waiting', say: 'Connecting' };
    case 'waiting':
      return { sign: 'waiting', say: 'Connection lost, reconnecting' };
    case 'absent':
      return { sign: 'absent', say: `No server.${tapes}` };
    case 'ended':
      return { sign: 'absent', say: `The server ended the connection: ${state.link.say}.${tapes}` };
    case 'open':
      if (state.fleet?.state === 'ready') return { sign: 'open', say: 'Connected' };
      if (state.fleet?.state === 'starting') return { sign: 'waiting', say: state.fleet.say };
      return { sign: 'absent', say: `${state.fleet?.say ?? 'No machines.'}${tapes}` };
    default:
      return never(state.link);
  }
}

function factsOf({ link: { state }, fleet }: State): [string, string][] {
  if ((state !== 'open' && state !== 'waiting') || fleet?.state !== 'ready') return [];
  const facts: [string, string][] = [
    ['Fleet', fleet.name],
    ['Evidence', PROVENANCE[fleet.provenance]],
  ];
  return fleet.condition === '' ? facts : [...facts, ['Condition', condition(fleet.condition)]];
}

customElements.define('v-status', VStatus);
