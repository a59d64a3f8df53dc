/** Follows a record that goes on: shows what its machines write, and puts the final page in place when its runs have ended. */
import type { Session } from '../client/session.ts';
import { Woken } from './element.ts';
import { VTerminal } from './v-terminal.ts';

const AGAIN_MS = 2000;

class VFollow extends Woken {
  protected wake(signal: AbortSignal): void {
    const runs = this.fact('runs').split(' ');
    const shown = new Set<string>();
    let isLoading = false;
    this.session(signal, (now) => {
      const { state } = now;
      this.toggleAttribute('data-live', state.link.state === 'open');
      if (state.link.state !== 'open' || state.fleet === undefined) return;
      const goesOn = new Set(
        [...state.checks.values()].flatMap(({ now: doing }) =>
          doing.at === 'active' ? [doing.summary.run] : [],
        ),
      );
      for (const run of runs) if (goesOn.has(run) && !shown.has(run)) this.#watch(now, run, signal, shown);
      if (isLoading || runs.every((run) => goesOn.has(run))) return;
      isLoading = true;
      void refresh(signal).then((done) => {
        if (done || signal.aborted) return;
        // The server is not there, or not as far as what it told us: look again in a while.
        setTimeout(() => {
          isLoading = false;
        }, AGAIN_MS);
      });
    });
  }

  #watch(session: Session, run: string, signal: AbortSignal, shown: Set<string>): void {
    shown.add(run);
    const { log, release } = session.follow(run);
    signal.addEventListener('abort', release);
    const drawn = new Set<string>();
    const draw = () => {
      for (const { id, vantage, command } of log.view?.header.steps ?? []) {
        const state = log.view?.steps.find(({ step }) => step === id)?.state;
        if (drawn.has(id) || state === 'waiting') continue;
        drawn.add(id);
        this.append(new VTerminal().show({ log, step: id, vantage, command }));
      }
    };
    signal.addEventListener('abort', log.subscribe(draw));
    draw();
  }
}

/** Puts what the server says of this record now in place of what is here. False when that could not be read. */
async function refresh(signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await fetch(location.href, { signal, cache: 'no-cache' });
    const text = await answer.text();
    if (!answer.ok) return false;
    const fresh = new DOMParser().parseFromString(text, 'text/html');
    const [now, then] = [fresh, document].map((page) => page.querySelector('[data-record-page]'));
    if (!now || !then) return false;
    document.title = fresh.title;
    then.replaceWith(document.adoptNode(now));
    return true;
  } catch {
    return false;
  }
}

customElements.define('v-follow', VFollow);
