/** The elements that say from results which causes fit: loaded together, with the first result. */
import type { EndedRun } from '../../core/protocol/down.ts';
import type { Row } from '../../core/run/runChange.ts';
import { type State, overviewOf } from '../../client/state/state.ts';
import { diagnose, nextCheck } from '../../core/diagnosis/diagnosis.ts';
import { observationsOf, newestSource } from '../../core/diagnosis/observations.ts';
import { diagnosisTree, nextCheckTree, runButton } from '../../core/report/html/diagnosisTree.ts';
import { draw, node, words } from '../base/dom.ts';
import { lastRunsText } from '../../core/pictures/path-state.ts';
import { causesOfPage } from '../lab/causesOfPage.ts';
import { define } from '../base/LiveElement.ts';
import { rowsOfPage, checksOfPage, writeupOfPage } from '../base/pageChecks.ts';

/** The newest run of each check of the page, newest first. Recordings stand in while nothing has run. */
export function newestRuns({ checks, recordings }: State, rows: readonly Row[]): readonly EndedRun[] {
  const ran = [...checks.values()].flatMap(({ last }) => last ?? []);
  const runs = ran.length > 0 || recordings.state !== 'ready' ? ran : [...recordings.last.values()];
  const known = new Set(rows.map(({ id }) => id));
  return runs.filter(({ check }) => known.has(check)).sort((a, b) => (a.endedAt < b.endedAt ? 1 : -1));
}

export function sameRuns(one: readonly EndedRun[], other: readonly EndedRun[]): boolean {
  return one.length === other.length && one.every((run, index) => run === other[index]);
}

define('v-diagnosis', (element, signal) => {
  const live = element.querySelector<HTMLElement>('.diagnosis-live');
  const documented = element.querySelector<HTMLDetailsElement>('.diagnosis-documented');
  const { predictions, naming, titleOf } = causesOfPage(element);
  const rows = rowsOfPage(element);
  const hashes = new Map(rows.map(({ id, hash }) => [id, hash]));
  let drawn: readonly EndedRun[] = [];
  element.session(signal, ({ state }) => {
    const runs = newestRuns(state, rows);
    if (sameRuns(runs, drawn)) return;
    // The first result takes the place of the documented rows: they go to the end, and nothing else moves.
    if (drawn.length === 0 && documented) {
      documented.open = false;
      element.append(documented);
    }
    drawn = runs;
    const { kept, leftOut } = newestSource(observationsOf(runs, hashes));
    live?.replaceChildren(
      ...draw(diagnosisTree(diagnose(predictions, kept), naming)),
      ...draw(
        nextCheckTree(nextCheck(predictions, kept), naming, (check) => runButton(check, titleOf(check))),
      ),
      node('p', { class: 'diagnosis-from' }, lastRunsText(kept, leftOut) ?? ''),
    );
  });
});

define('v-path', (element, signal) => {
  const name = element.attribute('picture');
  const known = checksOfPage(element);
  element.watch(
    signal,
    (state) => overviewOf(state)?.pictures[name],
    (view) => {
      if (view?.kind !== 'path') return;
      const figure = element.querySelector<HTMLElement>('.path-picture');
      if (figure !== null) figure.dataset.source = view.source;
      element.querySelector('.path-from')?.replaceChildren(view.from);
      for (const { segment, state, word, message, checks } of view.segments) {
        const places = `[data-segment="${segment}"]`;
        for (const place of element.querySelectorAll<HTMLElement | SVGElement>(places))
          place.dataset.state = state;
        const line = element.querySelector(`li${places}`);
        line?.querySelector('.path-state')?.replaceChildren(word);
        const links = checks.map((check) =>
          node('a', { href: `/${writeupOfPage(element)}/${check}/` }, known.get(check)?.title ?? check),
        );
        line?.querySelector('.path-why')?.replaceChildren(...words(message), ...links);
      }
    },
  );
});
