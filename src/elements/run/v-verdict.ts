/** The verdict of a check's last run, or the progress of its present one, in word, shape and colour. */
import type { EndedRun } from '../../core/protocol/down.ts';
import { checkStateOf, type CheckState, type State } from '../../client/state/state.ts';
import { condition, verdictWords } from '../../core/report/format.ts';
import { never } from '../../core/vocabulary.ts';
import { badge, node } from '../base/dom.ts';
import { define, callEvery, type LiveElement } from '../base/LiveElement.ts';

const TICK_MS = 200;

define('v-verdict', (element, signal) => {
  let drawn: readonly unknown[] = [];
  let running: AbortController | undefined;
  signal.addEventListener('abort', () => running?.abort());
  element.session(signal, ({ state }) => {
    const check = checkStateOf(state, element.attribute('check'));
    if (drawn[0] === check && drawn[1] === state.fleet) return;
    drawn = [check, state.fleet];
    running?.abort();
    running = undefined;
    const draw = () => element.replaceChildren(...parts(element, state, check));
    draw();
    if (check.activity.at !== 'active' || check.activity.summary.state !== 'running') return;
    running = new AbortController();
    callEvery(TICK_MS, running.signal, draw);
  });
});

function parts(element: LiveElement, state: State, check: CheckState): Element[] {
  const { activity, last } = check;
  switch (activity.at) {
    case 'requested':
    case 'accepted':
      return [badge('queued', 'starting')];
    case 'active': {
      const { summary, since } = activity;
      if (summary.state === 'queued') return [badge('queued', `queued, number ${summary.position}`)];
      const seconds = Math.max(0, (Date.now() - since) / 1000).toFixed(1);
      return [badge('running', `${summary.source === 'recording' ? 'playing' : 'running'} ${seconds} s`)];
    }
    case 'idle':
      if (last === undefined) return [badge('not-run', 'not run')];
      return [
        verdictBadge(last),
        ...notes(element, state, last, check.lastAttempt).map((text) =>
          node('span', { class: 'old-note' }, text),
        ),
      ];
    default:
      return never(activity);
  }
}

/** What a reader must know to read the verdict: a newer run without a result, another condition, another version of the check. */
function notes(
  element: LiveElement,
  { fleet, checkHashes }: State,
  last: EndedRun,
  lastAttempt: EndedRun | undefined,
): string[] {
  const notes: string[] = [];
  if (lastAttempt !== undefined)
    notes.push(`last run was ${lastAttempt.how === 'cancelled' ? 'cancelled' : 'interrupted'}`);
  if (last.source === 'lab' && fleet?.state === 'ready' && fleet.condition !== last.condition)
    notes.push(`run in condition ${condition(last.condition)}`);
  const own = element.attribute('hash');
  if (last.checkHash !== own)
    notes.push(
      (checkHashes[last.check] ?? own) === own
        ? 'by an older version of this check'
        : 'the server has another version of this check: reload the page',
    );
  return notes;
}

/** A recording keeps its verdict's word, but never its colour. */
function verdictBadge({ judgement, source, how }: EndedRun): Element {
  const { verdict } = judgement;
  return badge(source === 'recording' ? 'recording' : verdict, verdictWords(verdict, source, how));
}
