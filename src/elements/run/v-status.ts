/** The status line: the connection, the fleet, its source and its condition. */
import type { State } from '../../client/state/state.ts';
import { condition, SOURCE_WORDS, utc } from '../../client/state/format.ts';
import { never } from '../../core/vocabulary.ts';
import { node, shape } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';

class VStatus extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const read = (state: State) => ({ ...link(state), facts: factsOf(state) });
    this.watch(signal, read, ({ sign, message, facts }) => {
      const list = facts.map(([name, value]) => node('div', {}, node('dt', {}, name), node('dd', {}, value)));
      this.replaceChildren(
        node('span', { class: 'status-link', 'data-link': sign }, shape(sign), node('span', {}, message)),
        list.length > 0 ? node('dl', {}, ...list) : '',
      );
    });
  }
}

function link(state: State): { sign: 'open' | 'waiting' | 'absent'; message: string } {
  const recordings =
    state.recordings.state === 'ready'
      ? ` Recordings of ${utc(state.recordings.recordedAt).slice(0, 10)} can be played.`
      : '';
  switch (state.link.state) {
    case 'connecting':
      return { sign: 'waiting', message: 'Connecting' };
    case 'waiting':
      return { sign: 'waiting', message: 'Connection lost, reconnecting' };
    case 'absent':
      return { sign: 'absent', message: `No server.${recordings}` };
    case 'ended':
      return {
        sign: 'absent',
        message: `The server ended the connection: ${state.link.message}.${recordings}`,
      };
    case 'open':
      if (state.fleet?.state === 'ready') return { sign: 'open', message: 'Connected' };
      if (state.fleet?.state === 'starting') return { sign: 'waiting', message: state.fleet.message };
      return { sign: 'absent', message: `${state.fleet?.message ?? 'No machines.'}${recordings}` };
    default:
      return never(state.link);
  }
}

function factsOf({ link: { state }, fleet }: State): [string, string][] {
  if ((state !== 'open' && state !== 'waiting') || fleet?.state !== 'ready') return [];
  const facts: [string, string][] = [
    ['Fleet', fleet.name],
    ['Evidence', SOURCE_WORDS[fleet.source]],
  ];
  return fleet.condition === '' ? facts : [...facts, ['Condition', condition(fleet.condition)]];
}

customElements.define('v-status', VStatus);
