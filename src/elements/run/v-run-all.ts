/** Runs those of several checks that the reader may run; shows the progress and the verdicts. */
import { allFreshSince, ago } from '../../client/state/freshness.ts';
import { type PermittedChecks, permittedChecks, sourceFor } from '../../client/session/permission.ts';
import type { Session } from '../../client/session/session.ts';
import { isBusy, type State, checkStateOf } from '../../client/state/state.ts';
import { tallyOf } from '../../client/state/tally.ts';
import { type CheckOfPage, checksOfPage } from '../base/pageChecks.ts';
import { node } from '../base/dom.ts';
import { define, onTick } from '../base/LiveElement.ts';
import { actionButton } from '../base/disabledButton.ts';

define('v-run-all', (element, signal) => {
  /** How many checks this press has started; 0 while none runs. */
  let started = 0;
  const ids = element.attribute('checks').split(' ');
  const what = element.attribute('what');
  const known = checksOfPage(element);
  const checks = ids.flatMap((id) => known.get(id) ?? []);
  const run = actionButton('', undefined, signal, ({ print, showRefusal }) => {
    if (session === undefined) return;
    const busy = busyOf(session.state, checks);
    const { allowed, reason } = permitted(session.state, checks, busy);
    if (reason !== undefined) print(reason);
    if (busy.length > 0) for (const id of allowed) void session.cancel(id).then(showRefusal);
    else void session.run(allowed).then(showRefusal);
  });
  const tally = node('span', { class: 'tally' });
  element.replaceChildren(run.button, tally, run.note);
  const draw = ({ state }: Session) => {
    const busyChecks = busyOf(state, checks);
    const busy = busyChecks.length;
    started = busy === 0 ? 0 : Math.max(started, busy);
    const source = sourceFor(state);
    const now = Date.now();
    const { allowed, reason } = permitted(state, checks, busyChecks);
    const included = allowed.length === 0 ? checks : checks.filter(({ id }) => allowed.includes(id));
    const since = checks.length === ids.length ? allFreshSince(state, included, now) : undefined;
    run.setReason(reason, allowed.length === 0);
    element.hidden =
      source === 'nothing' && busy === 0 && state.link.state !== 'connecting' && state.fleet === undefined;
    run.button.disabled = source === 'nothing' && busy === 0 && reason === undefined;
    const isPart = included.length < checks.length;
    const label = isPart
      ? `Run ${included.length} of ${checks.length}`
      : element.attribute(source === 'recording' ? 'playing' : 'label');
    const again = isPart ? `${label} again` : 'Run all again';
    const text = busy > 0 ? 'Cancel' : since === undefined ? label : again;
    run.setText(text, busy > 0 ? 'stop' : 'run', `${text}: ${what}`);
    tally.textContent = busy > 0 ? `${started - busy} of ${started} done` : tallyOf(state, ids);
    tally.title = since === undefined ? '' : `All fresh, last run ${ago(since, now)}`;
  };
  const session = element.session(signal, draw);
  if (session) onTick(signal, () => draw(session));
});

const busyOf = (state: State, checks: readonly CheckOfPage[]): CheckOfPage[] =>
  checks.filter(({ id }) => isBusy(checkStateOf(state, id)));

/** What a press would run, or cancel while some run. */
const permitted = (
  state: State,
  checks: readonly CheckOfPage[],
  busy: readonly CheckOfPage[],
): PermittedChecks =>
  busy.length > 0 ? permittedChecks(state, 'stop', busy) : permittedChecks(state, 'effects', checks);
