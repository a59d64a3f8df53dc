/** Takes several checks with one press, tells how far they are, and how they came out. */
import { meansOf, type Session } from '../client/session.ts';
import { isBusy, takenOf } from '../client/state.ts';
import { node, shape } from './dom.ts';
import { Woken } from './element.ts';

class VRunAll extends Woken {
  /** How many were busy when the present round began; 0 between rounds. */
  #round = 0;

  protected wake(signal: AbortSignal): void {
    const checks = this.fact('checks').split(' ');
    const word = node('span', {});
    const sign = node('span', { class: 'sign-box' });
    const button = node('button', { type: 'button', class: 'button' }, sign, word);
    const tally = node('span', { class: 'tally' });
    this.replaceChildren(button, tally);
    const session = this.session(signal, ({ state }) => {
      const busy = checks.filter((check) => isBusy(takenOf(state, check))).length;
      this.#round = busy === 0 ? 0 : Math.max(this.#round, busy);
      const means = meansOf(state);
      this.hidden =
        means === 'nothing' && busy === 0 && state.link.state !== 'connecting' && state.fleet === undefined;
      button.disabled = means === 'nothing' && busy === 0;
      const say = busy > 0 ? 'Cancel' : this.fact(means === 'recording' ? 'playing' : 'label');
      if (word.textContent !== say) {
        word.textContent = say;
        button.setAttribute('aria-label', `${say}: ${this.fact('what')}`);
        sign.replaceChildren(shape(busy > 0 ? 'stop' : 'run'));
      }
      tally.textContent = busy > 0 ? `${this.#round - busy} of ${this.#round} done` : outcome(state, checks);
    });
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

/** "5 agree", "4 agree, 1 differs", or nothing while none was taken. Recordings are counted apart. */
function outcome(state: Session['state'], checks: readonly string[]): string {
  const count = new Map<string, number>();
  for (const check of checks) {
    const { last } = takenOf(state, check);
    const word =
      last === undefined
        ? 'not taken'
        : last.provenance === 'recording'
          ? 'played from recordings'
          : last.judgement.verdict;
    count.set(word, (count.get(word) ?? 0) + 1);
  }
  if (count.get('not taken') === checks.length) return `${checks.length} checks`;
  const words = { agrees: ['agrees', 'agree'], differs: ['differs', 'differ'] } as const;
  return [...count]
    .sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b))
    .map(
      ([word, n]) => `${n} ${word === 'agrees' || word === 'differs' ? words[word][n === 1 ? 0 : 1] : word}`,
    )
    .join(', ');
}
const ORDER = ['agrees', 'differs', 'inconclusive', 'played from recordings', 'not taken'];

customElements.define('v-run-all', VRunAll);
