/** The elements that change the lab or compare its conditions: loaded together, where there is a lab. */
import '../lab/v-try.ts';
import { planReset, formatCondition } from '../../client/state/labTask.ts';
import { isDocumentedCondition } from '../../core/report/format.ts';
import { holderSentence, type LabStatus, labStatus, titleOf } from '../../client/state/lab.ts';
import { actionButton } from '../base/disabledButton.ts';
import { node, shape, draw } from '../base/dom.ts';
import { define } from '../base/LiveElement.ts';
import { runnableChecks, setLabPermission, taskButton, taskLine, weighRows } from '../lab/labControls.ts';
import { resultsIn } from '../../client/state/conditionResults.ts';
import { optionRow } from '../../core/report/html/changes.ts';

const OWNER = 'banner';

define('v-condition-banner', (element, signal) => {
  const message = node('p', {});
  const back = taskButton(
    'Back to as-documented',
    undefined,
    element,
    () => session,
    signal,
    (checks, { holder }) => planReset(OWNER, checks, holder.by === 'you'),
  );
  const ask = actionButton('Ask to take over', undefined, signal, () =>
    session?.startTask({ owner: OWNER, steps: [{ do: 'ask' }] }),
  );
  const line = node('p', { class: 'lab-task', 'aria-live': 'polite' });
  element.replaceChildren(shape('inconclusive'), message, back.button, ask.button, back.note, ask.note, line);
  let drawn = '';
  const session = element.session(signal, ({ state }) => {
    const lab = labStatus(state);
    const isHeld = lab?.holder.by === 'another';
    const isDocumented = lab === undefined || isDocumentedCondition(lab.present);
    element.hidden =
      lab === undefined || (isDocumented && lab.view.applying === null && lab.holder.by === 'nobody');
    if (lab === undefined || element.hidden) return;
    const isRunning = state.labTask.at === 'running';
    back.button.hidden = isHeld || isDocumented;
    ask.button.hidden = lab.holder.by !== 'another' || lab.holder.asked !== null;
    setLabPermission(
      back,
      state,
      isRunning || lab.view.applying !== null,
      runnableChecks(state, element).reason,
    );
    setLabPermission(ask, state, isRunning);
    line.replaceChildren(...taskLine(state, lab, OWNER));
    const [head, rest] = sentences(lab);
    if (head + rest === drawn) return;
    drawn = head + rest;
    message.replaceChildren(node('b', {}, head), ` ${rest}`);
  });
});

function sentences({ present, view, holder }: LabStatus): [string, string] {
  const title = (name: string) => `“${titleOf(view.conditions, name)}”`;
  const who = holder.by === 'nobody' ? '' : holderSentence(holder);
  if (view.applying !== null)
    return [`The condition ${title(view.applying)} is being applied to the lab.`, who];
  if (isDocumentedCondition(present)) return [who, ''];
  return [
    `The lab is in the condition ${title(present)}, not as this page documents it.`,
    `Checks show that condition. ${who}`,
  ];
}

define('v-options', (element, signal) => {
  let drawn: unknown;
  element.session(signal, ({ state }) => {
    const conditions = labStatus(state)?.view.conditions ?? [];
    if (conditions.length === 0 || drawn === state.results) return;
    drawn = state.results;
    for (const body of element.querySelectorAll<HTMLElement>('tbody[data-cause]')) {
      const { remedy = '' } = body.dataset;
      const causes = conditions.find(({ name }) => name === remedy)?.for ?? [];
      const name = body.querySelector('.name');
      const rows = causes.flatMap((cause) => {
        const after = resultsIn(state.results, formatCondition(cause, remedy));
        if (after.size === 0) return [];
        const weighed = weighRows(element, resultsIn(state.results, cause), after);
        return [optionRow('', `on “${titleOf(conditions, cause)}”, tried here`, weighed)];
      });
      if (rows.length === 0 || name === null) continue;
      body.replaceChildren(...rows.flatMap(draw));
      for (const place of body.querySelectorAll('.name')) place.replaceWith(name.cloneNode(true));
    }
  });
});
