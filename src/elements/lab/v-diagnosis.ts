/** Which causes fit the last runs. Contradicted ones are struck out with their rows; the most telling check comes next. */
import type { EndedRun } from '../../core/protocol/down.ts';
import { newestRuns, observationsOf, sameRuns } from '../../client/state/observations.ts';
import type { Session } from '../../client/session/session.ts';
import { type CauseFinding, diagnose, type Diagnosis } from '../../core/diagnosis/diagnosis.ts';
import { newestSource, type Observation, type Prediction } from '../../core/diagnosis/observations.ts';
import { cellText, type Naming, nextCheckText } from '../../core/diagnosis/diagnosisText.ts';
import { nextCheck } from '../../core/diagnosis/nextCheck.ts';
import { node, shape, words } from '../base/dom.ts';
import { lastRunsText } from './attemptText.ts';
import { LiveElement } from '../base/LiveElement.ts';
import { rowsOfPage } from '../base/pageChecks.ts';

type Cause = {
  cause: string;
  title: string;
  cells: [string, { verdict: 'agrees' | 'differs' | 'inconclusive'; outcome: string; says?: string }][];
};

class VDiagnosis extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const live = this.querySelector<HTMLElement>('.diagnosis-live');
    if (live === null) return;
    const causes: readonly Cause[] = JSON.parse(this.attribute('causes'));
    const predictions = causes.map(({ cause, cells }): Prediction => ({ cause, cells: new Map(cells) }));
    const titles = new Map(causes.map(({ cause, title }) => [cause, title]));
    const rows = rowsOfPage(this);
    const checks = new Map(rows.map(({ id, title }) => [id, title]));
    const naming: Naming = {
      cause: (name) => `“${titles.get(name) ?? name}”`,
      check: (id) => `“${checks.get(id) ?? id}”`,
    };
    let drawn: readonly EndedRun[] = [];
    this.session(signal, ({ state }: Session) => {
      const runs = newestRuns(state, rows);
      if (sameRuns(runs, drawn)) return;
      drawn = runs;
      const { kept, leftOut } = newestSource(observationsOf(runs, rows));
      const from = lastRunsText(kept, leftOut);
      if (from === undefined) return live.replaceChildren();
      live.replaceChildren(
        node('p', { class: 'diagnosis-from' }, from),
        ...causeList(diagnose(predictions, kept), naming),
        ...next(predictions, kept, naming, checks),
      );
    });
  }
}

function causeList(diagnosis: Diagnosis, naming: Naming): Node[] {
  if (diagnosis.kind === 'refused') return [node('p', { class: 'warn' }, diagnosis.message)];
  const items = diagnosis.groups.flatMap((group) =>
    group.map((finding) => item(finding, group.length, diagnosis.conclusive.length, naming)),
  );
  const list = node('ul', { class: 'causes' }, ...items);
  const count = diagnosis.inconclusive.length;
  if (count === 0) return [list];
  const text = `${count} inconclusive ${count === 1 ? 'check rules' : 'checks rule'} nothing out.`;
  return [list, node('p', { class: 'diagnosis-from' }, text)];
}

function item(finding: CauseFinding, alike: number, total: number, naming: Naming): HTMLElement {
  const title = naming.cause(finding.cause);
  if (finding.state === 'contradicted') {
    const reasons = finding.by.map(({ check, predicted, observed }) =>
      node(
        'li',
        {},
        ...words(`${naming.check(check)}: predicted ${cellText(predicted)}, observed ${cellText(observed)}`),
      ),
    );
    const count = `contradicted by ${reasons.length} ${reasons.length === 1 ? 'row' : 'rows'}`;
    const details = node(
      'details',
      {},
      node('summary', {}, node('s', {}, title), ` ${count}`),
      node('ul', {}, ...reasons),
    );
    return node('li', { 'data-fits': 'no' }, shape('fails'), details);
  }
  const message =
    finding.state === 'fits'
      ? `fits: explains ${finding.explains.length} of ${total} results`
      : 'untested: none of the checks that it predicts has run';
  const same = alike > 1 && finding.state === 'fits' ? ', like the others that fit' : '';
  return node(
    'li',
    { 'data-fits': finding.state },
    shape(finding.state === 'fits' ? 'holds' : 'not-run'),
    node('span', {}, node('b', {}, title), ` ${message}${same}`),
  );
}

/** The check to run next, with its button. */
function next(
  predictions: readonly Prediction[],
  observations: readonly Observation[],
  naming: Naming,
  checks: ReadonlyMap<string, string>,
): Node[] {
  const found = nextCheck(predictions, observations);
  if (found.kind === 'refused') return [];
  const [first = '', ...branches] = nextCheckText(found, naming);
  if (found.kind !== 'run') return [node('p', { class: 'diagnosis-next' }, first)];
  const run = document.createElement('v-run');
  run.dataset.check = found.check;
  run.dataset.title = checks.get(found.check) ?? found.check;
  return [
    node('div', { class: 'diagnosis-next' }, node('p', {}, first), run),
    node(
      'details',
      { class: 'diagnosis-branches' },
      node('summary', {}, 'The causes that each result would leave'),
      node('ul', {}, ...branches.map((message) => node('li', {}, ...words(message)))),
    ),
  ];
}

customElements.define('v-diagnosis', VDiagnosis);
