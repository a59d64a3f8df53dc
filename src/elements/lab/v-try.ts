/** Tries a condition of the lab: a cause, or with `data-remedy` a remedy on a cause. Every check, before and after. Hidden without a lab, unless it shows what the lab showed at build time. */
import { causes, labStatus, type LabStatus } from '../../client/state/lab.ts';
import { planTry, formatCondition, parseCondition } from '../../client/state/labTask.ts';
import { disabledReason } from '../../client/session/permission.ts';
import type { Session } from '../../client/session/session.ts';
import type { ConditionView } from '../../core/protocol/down.ts';
import { node, words } from '../base/dom.ts';
import { define } from '../base/LiveElement.ts';
import { rowsOfPage } from '../base/pageChecks.ts';
import { comparisonOf, runnableChecks, setLabPermission, taskButton, taskLine } from './labControls.ts';

define('v-try', (element, signal) => {
  const { remedy } = element.dataset;
  const live = element.querySelector<HTMLElement>('.try-live');
  const verified = element.querySelector<HTMLElement>('.try-verified');
  if (live === null) return;
  const owner = remedy ?? 'cause';
  const select = node('select', {});
  const label = remedy === undefined ? 'The lab behaves as if' : 'on the cause';
  const about = node('details', { class: 'try-what' });
  const apply = taskButton(
    '',
    'run',
    element,
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
    element.hidden = !isThere && verified === null;
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
    const { allowed, reason } = runnableChecks(state, element);
    // A reader without the permission to change the lab sees the full text.
    const part = reason === undefined || disabledReason(state, 'condition') ? undefined : allowed.length;
    const isBusy = state.labTask.at === 'running' || lab.view.applying !== null;
    const text = buttonText(name === lab.present, remedy, part, rowsOfPage(element).length);
    apply.setText(text, 'run', view && `${text}: ${view.title}`);
    setLabPermission(apply, state, isBusy || lab.holder.by === 'another', reason);
    stop.hidden = state.labTask.at !== 'running' || state.labTask.task.owner !== owner;
    line.replaceChildren(...taskLine(state, lab, owner));
    if (compared[0] === state.results && compared[1] === name) return;
    compared = [state.results, name];
    result.replaceChildren(...comparisonOf(element, state, lab.view.conditions, name));
    if (remedy !== undefined && verified) verified.hidden = result.childElementCount > 0;
  };
  const session = element.session(signal, draw);
  const choose = () => {
    isChosen = true;
    if (session) draw(session);
  };
  select.addEventListener('change', choose, { signal });
});

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

/** The parts of a condition: the cause first, then the remedy. */
export function conditionParts(parts: readonly ConditionView[]): Node[] {
  const commands = parts.flatMap((part) => part.commands);
  const sources = [...new Set(parts.flatMap((part) => part.sources))];
  const lines = commands.map(({ on, line }) =>
    node('li', {}, node('span', { class: 'on' }, on), node('code', {}, line)),
  );
  const list = node('ul', {}, ...sources.map((source) => node('li', {}, source)));
  return [
    ...parts.flatMap(description),
    node('p', { class: 'commands-head' }, countText(commands.length)),
    ...(lines.length === 0
      ? []
      : [node('ol', { class: 'commands', tabindex: '0', 'aria-label': 'Commands' }, ...lines)]),
    ...(sources.length === 0 ? [] : [node('div', { class: 'sources' }, node('p', {}, 'Sources'), list)]),
  ];
}

function description({ title, about, mechanism, closeness }: ConditionView): Node[] {
  const facts = [
    ['In the lab', mechanism],
    ['How close it is', closeness],
  ].flatMap(([name = '', text = '']) =>
    text === '' ? [] : [node('dt', {}, name), node('dd', {}, ...words(text))],
  );
  const head = node('p', { class: 'condition-about' }, node('b', {}, `${title}. `), ...words(about));
  return facts.length === 0 ? [head] : [head, node('dl', { class: 'facts' }, ...facts)];
}

const countText = (count: number): string =>
  count === 0 ? 'Adds nothing to the base of the lab.' : `Commands, all inside the lab (${count}):`;
