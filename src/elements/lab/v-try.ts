/** Tries a condition of the lab: a cause, or with `data-remedy` a remedy on a cause. Every check, before and after. Hidden without a lab, unless it shows what the lab showed at build time. */
import { causes, labStatus, type LabStatus } from '../../client/state/lab.ts';
import { planTry } from '../../client/state/labTask.ts';
import { disabledReason } from '../../client/session/permission.ts';
import type { Session } from '../../client/session/session.ts';
import { formatCondition, parseCondition } from '../../client/state/conditionNames.ts';
import type { ConditionView } from '../../core/protocol/down.ts';
import { node } from '../base/dom.ts';
import { define, LiveElement } from '../base/LiveElement.ts';
import { rowsOfPage } from '../base/pageChecks.ts';
import { comparisonOf } from './beforeAfter.ts';
import { conditionParts } from './conditionParts.ts';
import { runnableChecks, setLabPermission, taskButton, taskLine } from './labControls.ts';

class VTry extends LiveElement {
  protected connect(signal: AbortSignal): void {
    const { remedy } = this.dataset;
    const live = this.querySelector<HTMLElement>('.try-live');
    const verified = this.querySelector<HTMLElement>('.try-verified');
    if (live === null) return;
    const owner = remedy ?? 'cause';
    const select = node('select', {});
    const label = remedy === undefined ? 'The lab behaves as if' : 'on the cause';
    const about = node('details', { class: 'try-what' });
    const apply = taskButton(
      '',
      'run',
      this,
      () => session,
      signal,
      (checks, { present }, { results }) =>
        planTry({ owner, cause: select.value, remedy, checks }, results, present),
    );
    const stop = node('button', { type: 'button', class: 'button' }, 'Stop');
    stop.addEventListener('click', () => session?.abandonTask(), { signal });
    const line = node('p', { class: 'lab-task', 'aria-live': 'polite' });
    const result = node('div', {});
    const choice = node('label', { class: 'try-on' }, node('span', {}, label), select);
    live.replaceChildren(
      node('div', { class: 'condition-actions' }, choice, apply.button, stop, apply.note),
      about,
      line,
      result,
    );

    let isChosen = false;
    let described: unknown;
    let compared: readonly unknown[] = [];
    const draw = (own: Session) => {
      const { state } = own;
      const lab = labStatus(state);
      const view = lab?.view.conditions.find(({ name }) => name === remedy);
      const isThere = lab !== undefined && (remedy === undefined || view !== undefined);
      live.hidden = !isThere;
      this.hidden = !isThere && verified === null;
      if (remedy === undefined && verified) verified.hidden = isThere;
      if (!isThere) return;
      offer(select, lab, view, isChosen);
      const name = formatCondition(select.value, remedy);
      const shown = view ?? lab.view.conditions.find((one) => one.name === select.value);
      if (described !== shown?.name) {
        described = shown?.name;
        const summary = `What it models, and its commands in the lab (${shown?.commands.length ?? 0})`;
        about.replaceChildren(node('summary', {}, summary), ...conditionParts(shown ? [shown] : []));
      }
      const { allowed, reason } = runnableChecks(state, this);
      // A reader without the permission to change the lab sees the full text.
      const part = reason === undefined || disabledReason(state, 'condition') ? undefined : allowed.length;
      const isBusy = state.labTask.at === 'running' || lab.view.applying !== null;
      const text = buttonText(name === lab.present, remedy, part, rowsOfPage(this).length);
      apply.setText(text, 'run', view && `${text}: ${view.title}`);
      setLabPermission(apply, state, isBusy || lab.holder.by === 'another', reason);
      stop.hidden = state.labTask.at !== 'running' || state.labTask.task.owner !== owner;
      line.replaceChildren(...taskLine(state, lab, owner));
      if (compared[0] === state.results && compared[1] === name) return;
      compared = [state.results, name];
      result.replaceChildren(...comparisonOf(this, state, lab.view.conditions, name));
      if (remedy !== undefined && verified) verified.hidden = result.childElementCount > 0;
    };
    const session = this.session(signal, draw);
    const choose = () => {
      isChosen = true;
      if (session) draw(session);
    };
    select.addEventListener('change', choose, { signal });
  }
}

/** Fills the list when the lab offers something else. Until the reader has chosen, it follows what the lab is in. */
function offer(
  select: HTMLSelectElement,
  { view, present }: LabStatus,
  remedy: ConditionView | undefined,
  isChosen: boolean,
): void {
  const all = causes(view.conditions);
  const offered = remedy?.for.flatMap((cause) => all.filter(({ name }) => name === cause)) ?? all;
  const known = [...select.options].map(({ value }) => value).join();
  if (known !== offered.map(({ name }) => name).join())
    select.replaceChildren(...offered.map(({ name, title }) => node('option', { value: name }, title)));
  if (isChosen) return;
  const { cause, remedy: on } = parseCondition(present);
  const follows = remedy === undefined || remedy.name === on;
  const wanted = follows && offered.some(({ name }) => name === cause) ? cause : offered[0]?.name;
  if (wanted !== undefined && select.value !== wanted) select.value = wanted;
}

/** `part`: how many of all the checks the reader may run, if not all of them. */
function buttonText(
  isPresent: boolean,
  remedy: string | undefined,
  part: number | undefined,
  all: number,
): string {
  const checks = part === undefined ? 'all checks' : `${part} of ${all}`;
  if (isPresent) return `Run ${checks} again`;
  if (part === 0) return 'Apply';
  if (part !== undefined) return `Apply and run ${checks}`;
  return remedy === undefined ? 'Apply and run all checks' : 'Try it in the lab';
}

define('v-try', VTry);
