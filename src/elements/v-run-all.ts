/** Takes several checks with one press, tells how far they are, and how they came out. */
import { allFreshSince } from '../client/fresh.ts';
import { meansOf, type Session } from '../client/session.ts';
import { setOf } from '../client/set-of.ts';
import { isBusy, takenOf } from '../client/state.ts';
import { tallyOf } from '../client/tally.ts';
import { ago } from '../client/words.ts';
import { checksOfPage } from './checks-of-page.ts';
import { node, shape } from './dom.ts';
import { Woken } from './element.ts';
import { ticking } from './ticking.ts';

class VRunAll extends Woken {
  /** How many were busy when the present round began; 0 between rounds. */
  #round = 0;

  protected wake(signal: AbortSignal): void {
    const checks = this.fact('checks').split(' ');
    const known = checksOfPage(this);
    const own = checks.flatMap((id) => known.get(id) ?? []);
    const word = node('span', {});
    const sign = node('span', { class: 'sign-box' });
    const button = node('button', { type: 'button', class: 'button' }, sign, word);
    const tally = node('span', { class: 'tally' });
    const age = node('span', { class: 'fresh-age' });
    const record = node('a', { class: 'set-link' }, 'Record');
    record.setAttribute('aria-label', `Record: ${this.fact('what')}`);
    const freeze = document.createElement('v-freeze');
    this.replaceChildren(
      button,
      node('span', { class: 'came-out' }, tally, record),
      age,
      ...(this.dataset.freeze === undefined ? [] : [freeze]),
    );
    const draw = ({ state }: Session) => {
      const busy = checks.filter((check) => isBusy(takenOf(state, check))).length;
      this.#round = busy === 0 ? 0 : Math.max(this.#round, busy);
      const means = meansOf(state);
      const now = Date.now();
      const since = own.length === checks.length ? allFreshSince(state, own, now) : undefined;
      this.hidden =
        means === 'nothing' && busy === 0 && state.link.state !== 'connecting' && state.fleet === undefined;
      button.disabled = means === 'nothing' && busy === 0;
      const label = this.fact(means === 'recording' ? 'playing' : 'label');
      const say = busy > 0 ? 'Cancel' : since === undefined ? label : 'Take them again';
      if (word.textContent !== say) {
        word.textContent = say;
        button.setAttribute('aria-label', `${say}: ${this.fact('what')}`);
        sign.replaceChildren(shape(busy > 0 ? 'stop' : 'run'));
      }
      tally.textContent = busy > 0 ? `${this.#round - busy} of ${this.#round} done` : tallyOf(state, checks);
      const fresh = since === undefined ? '' : `all fresh, taken ${ago(since, now)}`;
      if (age.textContent !== fresh) age.textContent = fresh;
      const set = busy > 0 ? undefined : setOf(state, checks);
      record.hidden = set === undefined;
      if (set) record.setAttribute('href', `/runs/${set.set}`);
    };
    const session = this.session(signal, draw);
    if (session) ticking(signal, () => draw(session));
    button.addEventListener(
      'click',
      () => {
        if (session === undefined) return;
        const busy = checks.filter((check) => isBusy(takenOf(session.state, check)));
        if (busy.length > 0) for (const check of busy) session.cancel(check);
        else session.run(checks);
      },
      { signal },
    );
  }
}

customElements.define('v-run-all', VRunAll);
