/** Shows the last runs in a picture of a path, and describes every segment. */
import type { EndedRun } from '../../core/protocol/down.ts';
import { newestRuns, observationsOf, sameRuns } from '../../client/state/observations.ts';
import { newestSource } from '../../core/diagnosis/predicted.ts';
import { nameOutcomes } from '../../core/pictures/outcome-ids.ts';
import { STATE_WORD } from '../../core/pictures/segments.ts';
import type { PictureRules } from '../../core/pictures/rules.ts';
import { pathState, type SegmentFinding } from '../../core/pictures/path-state.ts';
import { node, words } from '../base/dom.ts';
import { lastRunsText } from './lastRunsText.ts';
import { define, LiveElement } from '../base/LiveElement.ts';
import { picturesOfPage, rowsOfPage, writeupOfPage } from '../base/pageChecks.ts';

class VPath extends LiveElement {
  protected connect(signal: AbortSignal): void {
    picturesOfPage(this).then((rules) => signal.aborted || this.#follow(rules, signal), console.error);
  }

  #follow({ outcomes, paths }: PictureRules, signal: AbortSignal): void {
    const figure = this.querySelector<HTMLElement>('.path-picture');
    const from = this.querySelector('.path-from');
    const rules = paths[this.attribute('picture')];
    if (figure === null || from === null || rules === undefined) return;
    const rows = rowsOfPage(this);
    const titles = new Map(rows.map(({ id, title }) => [id, title]));
    let drawn: readonly EndedRun[] = [];
    this.session(signal, ({ state }) => {
      const runs = newestRuns(state, rows);
      if (runs.length === 0 || sameRuns(runs, drawn)) return;
      drawn = runs;
      const { kept, leftOut } = newestSource(nameOutcomes(observationsOf(runs, rows), outcomes));
      figure.dataset.source = kept[0]?.source;
      from.textContent = lastRunsText(kept, leftOut) ?? '';
      const path = pathState(rules, kept);
      if (path.kind === 'known') for (const finding of path.findings) this.light(finding, titles);
    });
  }

  private light(finding: SegmentFinding, titles: ReadonlyMap<string, string>): void {
    const places = `[data-segment="${finding.segment}"]`;
    for (const place of this.querySelectorAll<HTMLElement | SVGElement>(places))
      place.dataset.state = finding.state;
    const line = this.querySelector(`li${places}`);
    line?.querySelector('.path-state')?.replaceChildren(STATE_WORD[finding.state]);
    const links = finding.checks.map((check) =>
      node('a', { href: `/${writeupOfPage(this)}/${check}/` }, titles.get(check) ?? check),
    );
    line?.querySelector('.path-why')?.replaceChildren(...words(finding.message), ...links);
  }
}

define('v-path', VPath);
