/** Follows a record whose runs have not ended: shows what its machines write, and loads the final page when all have. */
import type { Session } from '../../client/session/session.ts';
import { isBusy, runOf } from '../../client/state/state.ts';
import { define, LiveElement } from '../base/LiveElement.ts';
import { VTerminal } from './v-terminal.ts';

/** A page that was loaded a moment ago and says “running” again is not loaded again at once. */
const APART_MS = 2000;

class VFollow extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const runs = this.attribute('runs').split(' ');
    const shown = new Set<string>();
    let isOver = false;
    this.session(signal, (session) => {
      const { link, fleet, checks } = session.state;
      this.toggleAttribute('data-live', link.state === 'open');
      if (link.state !== 'open' || fleet === undefined || isOver) return;
      const active = new Set([...checks.values()].flatMap((check) => (isBusy(check) ? [runOf(check)] : [])));
      for (const run of runs)
        if (active.has(run) && !shown.has(run)) this.#watch(session, run, signal, shown);
      if (runs.some((run) => active.has(run))) return;
      isOver = true;
      // The server draws records, also the final one: one way to draw them is enough.
      const timer = setTimeout(() => location.reload(), Math.max(0, APART_MS - performance.now()));
      signal.addEventListener('abort', () => clearTimeout(timer));
    });
  }

  #watch(session: Session, run: string, signal: AbortSignal, shown: Set<string>): void {
    shown.add(run);
    const { log, release } = session.follow(run);
    signal.addEventListener('abort', release);
    this.append(new VTerminal().show(log, { shorts: {}, steps: [] }));
  }
}

define('v-follow', VFollow);
