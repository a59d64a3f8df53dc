/** The connection, the machines and their condition: one line in the side bar, and with `data-notice` only what needs attention. */
import type { State } from '../../client/state/state.ts';
import { condition, isDocumentedCondition, SOURCE_WORDS, utc } from '../../core/report/format.ts';
import { never } from '../../core/vocabulary.ts';
import { node, shape } from '../base/dom.ts';
import { define, callEvery } from '../base/LiveElement.ts';
import { isOver } from '../../client/state/freshness.ts';

type Status = {
  readonly sign: 'open' | 'waiting' | 'absent';
  readonly words: string;
  /** What a reader should know in any place of the page. */
  readonly notice?: string;
};

define('v-status', (element, signal) => {
  const isNotice = element.dataset.notice !== undefined;
  element.watch(signal, statusOf, ({ sign, words, notice }) => {
    const text = isNotice ? notice : words;
    element.classList.toggle('notice-line', isNotice && text !== undefined);
    element.replaceChildren(
      text === undefined
        ? node('span', { class: 'visually-hidden' }, words)
        : node('span', { 'data-link': sign }, shape(sign), ` ${text}`),
    );
  });
});

function statusOf(state: State): Status {
  const { link, fleet, recordings } = state;
  const stop = (text: string) => (text.endsWith('.') ? text : `${text}.`);
  const withRecordings = (text: string) =>
    recordings.state === 'ready'
      ? `${stop(text)} Recordings of ${utc(recordings.recordedAt).slice(0, 10)} can be played.`
      : text;
  switch (link.state) {
    case 'connecting':
      return { sign: 'waiting', words: 'Connecting' };
    case 'waiting':
      return { sign: 'waiting', words: 'Reconnecting', notice: 'Connection lost, reconnecting' };
    case 'absent':
      return { sign: 'absent', words: 'No server', notice: withRecordings('No server.') };
    case 'ended':
      return {
        ...{ sign: 'absent', words: 'Disconnected' },
        notice: withRecordings(`The server ended the connection: ${link.message}`),
      };
    case 'open':
      if (fleet?.state === 'ready') return { sign: 'open', words: `Connected · ${placeOf(fleet)}` };
      return fleet?.state === 'starting'
        ? { sign: 'waiting', words: 'Starting the machines', notice: fleet.message }
        : { sign: 'absent', words: 'No machines', notice: withRecordings(fleet?.message ?? 'No machines.') };
    default:
      return never(link);
  }
}

function placeOf(fleet: Extract<State['fleet'], { state: 'ready' }>): string {
  const place = fleet.source === 'lab' ? SOURCE_WORDS.lab : `${fleet.name}, ${SOURCE_WORDS[fleet.source]}`;
  return isDocumentedCondition(fleet.condition) ? place : `${place}, ${condition(fleet.condition)}`;
}

const HOUR_MS = 3_600_000;

define('v-review', (element, signal) => {
  const update = () => {
    const due = isOver(element.attribute('by'), Date.now());
    element.hidden = !due;
    element.toggleAttribute('data-due', due);
  };
  update();
  // A page may stay open for days.
  callEvery(HOUR_MS, signal, update);
});
