/** Takes several checks with one press, those that the reader may take; tells how far they are, and how they came out. */
import { allFreshSince } from '../../client/state/freshness.ts';
import { type PermittedChecks, permittedChecks } from '../../client/session/permission.ts';
import { sourceFor, type Session } from '../../client/session/session.ts';
import { newestSetOf } from '../../client/state/newestSet.ts';
import { isBusy, type State, checkStateOf } from '../../client/state/state.ts';
import { tallyOf } from '../../client/state/tally.ts';
import { ago } from '../../client/state/format.ts';
import { type CheckOfPage, checksOfPage } from '../base/pageChecks.ts';
import { node, shape } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { disabledButton } from '../base/disabledButton.ts';
import { onTick } from '../base/ticking.ts';

class VRunAll extends LiveElement {
  /** How many were busy when the present round began; 0 between rounds. */
  #round = 0;

  protected connect(signal: AbortSignal): void {
    const checks = this.attribute('checks').split(' ');
    const known = checksOfPage(this);
    const own = checks.flatMap((id) => known.get(id) ?? []);
    const word = node('span', {});
    const sign = node('span', { class: 'sign-box' });
    const button = node('button', { type: 'button', class: 'button' }, sign, word);
    const lock = disabledButton(button);
    const tally = node('span', { class: 'tally' });
    const age = node('span', { class: 'fresh-age' });
    const record = node('a', { class: 'set-link' }, 'Record');
    record.setAttribute('aria-label', `Record: ${this.attribute('what')}`);
    const freeze = document.createElement('v-save');
    this.replaceChildren(
      button,
      node('span', { class: 'came-out' }, tally, record),
      age,
      ...(this.dataset.freeze === undefined ? [] : [freeze]),
      lock.note,
    );
    const draw = ({ state }: Session) => {
      const busy = checks.filter((check) => isBusy(checkStateOf(state, check))).length;
      this.#round = busy === 0 ? 0 : Math.max(this.#round, busy);
      const means = sourceFor(state);
      const now = Date.now();
      const { allowed, reason } = share(state, own);
      const taking = allowed.length === 0 ? own : own.filter(({ id }) => allowed.includes(id));
      const since = own.length === checks.length ? allFreshSince(state, taking, now) : undefined;
      lock.set(reason, allowed.length === 0);
      this.hidden =
        means === 'nothing' && busy === 0 && state.link.state !== 'connecting' && state.fleet === undefined;
      button.disabled = means === 'nothing' && busy === 0 && reason === undefined;
      const label = this.attribute(means === 'recording' ? 'playing' : 'label');
      const part = taking.length < own.length ? `${taking.length} of ${own.length}` : undefined;
      const take = part === undefined ? label : `Run ${part}`;
      const again = part === undefined ? 'Take them again' : `Take ${part} again`;
      const message = busy > 0 ? 'Cancel' : since === undefined ? take : again;
      if (word.textContent !== message) {
        word.textContent = message;
        button.setAttribute('aria-label', `${message}: ${this.attribute('what')}`);
        sign.replaceChildren(shape(busy > 0 ? 'stop' : 'run'));
      }
      tally.textContent = busy > 0 ? `${this.#round - busy} of ${this.#round} done` : tallyOf(state, checks);
      const fresh = since === undefined ? '' : `all fresh, taken ${ago(since, now)}`;
      if (age.textContent !== fresh) age.textContent = fresh;
      const set = busy > 0 ? undefined : newestSetOf(state, checks);
      record.hidden = set === undefined;
      if (set) record.setAttribute('href', `/runs/${set.set}`);
    };
    const session = this.session(signal, draw);
    if (session) onTick(signal, () => draw(session));
    button.addEventListener(
      'click',
      () => {
        if (session === undefined || lock.isRefused()) return;
        const isAny = own.some(({ id }) => isBusy(checkStateOf(session.state, id)));
        const { allowed, reason } = share(session.state, own);
        if (reason !== undefined) lock.print(reason);
        if (isAny) for (const check of allowed) void session.cancel(check).then(lock.showRefusal);
        else void session.run(allowed).then(lock.showRefusal);
      },
      { signal },
    );
  }
}

/** What a press would take, or end while some are on their way. */
function share(state: State, own: readonly CheckOfPage[]): PermittedChecks {
  const busy = own.filter(({ id }) => isBusy(checkStateOf(state, id)));
  return busy.length > 0 ? permittedChecks(state, 'stop', busy) : permittedChecks(state, 'effects', own);
}

customElements.define('v-run-all', VRunAll);
