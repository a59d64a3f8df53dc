/** Redraws each attempt of a picture by its last run, and says beside it how it ended. */
import type { EndedRun } from '../../core/protocol/down.ts';
import { newestRuns, observationsOf, sameRuns } from '../../client/state/observations.ts';
import type { Session } from '../../client/session/session.ts';
import { isBusy, checkStateOf } from '../../client/state/state.ts';
import { type AttemptRules, drawingOf, type Trail, trailOf } from '../../core/pictures/attempts-state.ts';
import type { PictureRules } from '../../core/pictures/rules.ts';
import { liveText } from '../../core/pictures/live-text.ts';
import { nameOutcomes } from '../../core/pictures/outcome-ids.ts';
import { attemptText, sourceText } from './attemptText.ts';
import { callEvery, define, inSlices, LiveElement } from '../base/LiveElement.ts';
import { picturesOfPage, rowsOfPage } from '../base/pageChecks.ts';

const TICK_MS = 20_000;

class VAttempts extends LiveElement {
  protected connect(signal: AbortSignal): void {
    picturesOfPage(this).then((rules) => signal.aborted || this.#follow(rules, signal), console.error);
  }

  #follow({ outcomes, paths, attempts, machines }: PictureRules, signal: AbortSignal): void {
    const rules = attempts[this.attribute('picture')];
    if (rules === undefined) return;
    const path = paths[rules.path ?? ''];
    const rows = rowsOfPage(this);
    const from = this.querySelector('.attempts-from');
    const published = {
      from: from?.textContent ?? '',
      texts: new Map(rules.live.map(({ id }) => [id, this.live(id)?.textContent ?? ''])),
      results: new Map(
        rules.attempts.map(({ check }) => [check, [...(this.textOf(check)?.childNodes ?? [])]]),
      ),
    };
    let drawn: readonly EndedRun[] = [];
    let busy = '';
    const draw = ({ state }: Session, anyway = false) => {
      const runs = newestRuns(state, rows);
      const isRunning = (check: string) => isBusy(checkStateOf(state, check));
      const nowBusy = rules.attempts.map(({ check }) => isRunning(check)).join();
      if (!anyway && sameRuns(runs, drawn) && nowBusy === busy) return;
      drawn = runs;
      busy = nowBusy;
      const observations = nameOutcomes(observationsOf(runs, rows), outcomes);
      const runOf = (check: string) => runs.find((run) => run.check === check);
      for (const attempt of rules.attempts)
        inSlices(() => {
          const trail = trailOf(rules, attempt, path, observations);
          const run = runOf(attempt.check);
          this.textOf(attempt.check)?.replaceChildren(
            ...(run === undefined
              ? (published.results.get(attempt.check) ?? [])
              : attemptText(rules, attempt, trail, run)),
          );
          this.draw(attempt, trail, run, isRunning(attempt.check));
        });
      for (const text of rules.live)
        inSlices(() =>
          this.live(text.id)?.replaceChildren(
            liveText(text, path, machines, { runs, observations }) ?? published.texts.get(text.id) ?? '',
          ),
        );
      const attempted = rules.attempts.flatMap(({ check }) => runOf(check) ?? []);
      from?.replaceChildren(sourceText(attempted, rules.attempts.length) ?? published.from);
    };
    const session = this.session(signal, draw);
    if (session) callEvery(TICK_MS, signal, () => draw(session, true));
  }

  private textOf(check: string): Element | null {
    return this.querySelector(`li[data-check="${check}"] .attempt-said`);
  }

  private live(id: string): Element | null {
    return this.querySelector(`[data-live="${id}"]`);
  }

  private draw(attempt: AttemptRules, trail: Trail, run: EndedRun | undefined, busy: boolean): void {
    const drawing = drawingOf(trail, attempt);
    const published = drawingOf({ at: 'documented' }, attempt);
    const differs = trail.at === 'observed' && trail.differs;
    const { sign, tone } =
      trail.at === 'inconclusive'
        ? ({ sign: 'query', tone: 'unsure' } as const)
        : trail.at === 'observed'
          ? trail.ending
          : attempt.documented;
    const own = `[data-check="${attempt.check}"]`;
    for (const place of this.querySelectorAll<HTMLElement | SVGElement>(own)) {
      Object.assign(place.dataset, { at: trail.at, sign, tone });
      place.toggleAttribute('data-differs', differs);
      place.toggleAttribute('data-busy', busy);
      if (run === undefined) delete place.dataset.source;
      else place.dataset.source = run.source;
    }
    for (const line of this.querySelectorAll<SVGElement>(`${own} [data-drawing]`)) {
      const shown = line.dataset.drawing === drawing;
      line.toggleAttribute('data-shown', shown);
      // The documented line stays visible behind a different observed one.
      line.toggleAttribute('data-ghost', !shown && line.dataset.drawing === published && differs);
    }
  }
}

define('v-attempts', VAttempts);
