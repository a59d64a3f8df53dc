/** The button that runs one check, cancels it, or plays its recording. */
import { freshOf } from '../../client/state/freshness.ts';
import { permittedChecks, sourceFor } from '../../client/session/permission.ts';
import type { Session } from '../../client/session/session.ts';
import { isBusy, checkStateOf } from '../../client/state/state.ts';
import { checksOfPage } from '../base/pageChecks.ts';
import { define, onTick } from '../base/LiveElement.ts';
import { actionButton } from '../base/disabledButton.ts';

define('v-run', (element, signal) => {
  const id = element.attribute('check');
  const check = checksOfPage(element).get(id);
  const run = actionButton('', undefined, signal, ({ showRefusal }) => {
    if (session === undefined) return;
    if (isBusy(checkStateOf(session.state, id))) return void session.cancel(id).then(showRefusal);
    void session.run([id]).then(showRefusal);
    element.dispatchEvent(new Event('v-run', { bubbles: true }));
  });
  element.replaceChildren(run.button, run.note);
  const draw = ({ state }: Session) => {
    const busy = isBusy(checkStateOf(state, id));
    const source = sourceFor(state, id);
    const isOffline = state.link.state === 'absent' || state.link.state === 'ended';
    element.hidden = isOffline && source === 'nothing' && !busy;
    const { reason } = permittedChecks(state, busy ? 'stop' : 'effects', check === undefined ? [] : [check]);
    run.setReason(reason);
    run.button.disabled = source === 'nothing' && !busy && reason === undefined;
    const isFresh = check !== undefined && freshOf(state, check, Date.now()) !== undefined;
    const text = busy ? 'Cancel' : source === 'recording' ? 'Play recording' : isFresh ? 'Run again' : 'Run';
    // What it plays is said beside it, by the verdict.
    const short = text === 'Play recording' ? 'Play' : text;
    run.setText(short, busy ? 'stop' : 'run', `${text}: ${element.attribute('title')}`);
  };
  const session = element.session(signal, draw);
  if (session) onTick(signal, () => draw(session));
});
