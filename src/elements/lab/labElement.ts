/** What the elements about the lab's conditions share: the page's checks, the comparison of a condition, and buttons. */
import type { Row } from '../../core/run/runChange.ts';
import { nothingRunSentence } from '../../core/protocol/rights.ts';
import { baselineOf, planReset } from '../../client/state/labTask.ts';
import { labStatus, titleOf } from '../../client/state/lab.ts';
import { type PermittedChecks, permittedChecks, disabledReason } from '../../client/session/permission.ts';
import type { Session } from '../../client/session/session.ts';
import type { State } from '../../client/state/state.ts';
import { parseCondition, type ConditionResults, resultsIn } from '../../client/state/conditionResults.ts';
import { ago } from '../../client/state/format.ts';
import type { ConditionView } from '../../core/protocol/down.ts';
import { beforeAfter } from './beforeAfter.ts';
import { checksOfPage } from '../base/pageChecks.ts';
import { node, shape } from '../base/dom.ts';
import { type DisabledButton, disabledButton } from '../base/disabledButton.ts';

/** Every check of the page around the element, as `Page.astro` left them. */
export function rowsAround(element: Element): readonly Row[] {
  const found = element.closest<HTMLElement>('[data-checks-of-page]')?.dataset.checksOfPage;
  const rows: readonly Row[] = JSON.parse(found ?? '[]');
  return rows;
}

/** The condition against its baseline; nothing while none of it was taken. */
export function comparisonOf(
  state: State,
  rows: readonly Row[],
  conditions: readonly ConditionView[],
  name: string,
): HTMLElement | undefined {
  const { cause, remedy } = parseCondition(name);
  const baseline = baselineOf(cause, remedy);
  const [before, after] = [resultsIn(state.results, baseline), resultsIn(state.results, name)];
  if (name === baseline || after.size === 0) return undefined;
  const label = `Taken in the lab: before ${when(before)}, after ${when(after)}.`;
  return beforeAfter(
    {
      rows,
      before: { title: `Before: ${titleOf(conditions, baseline)}`, table: before },
      after: { title: `After: ${titleOf(conditions, remedy ?? cause)}`, table: after },
    },
    label,
  );
}

/** When the oldest row of a table was taken. */
function when(table: ConditionResults): string {
  const oldest = [...table.values()].map(({ endedAt }) => endedAt).sort()[0];
  return oldest === undefined ? 'not taken yet' : ago(oldest, Date.now());
}

/** Which checks of the page an errand would take: those that the reader may. */
export const runnableChecks = (state: State, element: Element): PermittedChecks =>
  permittedChecks(state, 'effects', [...checksOfPage(element).values()], nothingRunSentence);

/** Shuts a button of the lab for those who may not change it, and returns whether it did; `leftOut` is what a press of the others would not take. */
export function disableUnlessPermitted(lock: DisabledButton, state: State, leftOut?: string): boolean {
  const why = disabledReason(state, 'condition');
  lock.set(why ?? leftOut, why !== undefined);
  return why !== undefined;
}

export type LabButton = { readonly button: HTMLButtonElement; readonly lock: DisabledButton };

/** Nothing is pressed that is shut. The lock's note stands beside the button. */
export function labButton(
  text: string,
  sign: string | undefined,
  signal: AbortSignal,
  press: (lock: DisabledButton) => void,
): LabButton {
  const made = node(
    'button',
    { type: 'button', class: 'button' },
    sign === undefined ? undefined : shape(sign),
    node('span', {}, text),
  );
  const lock = disabledButton(made);
  made.addEventListener('click', () => lock.isRefused() || press(lock), { signal });
  return { button: made, lock };
}

/** Leads the lab back to what the page documents; `owner` shows how it goes. */
export const backButton = (
  element: Element,
  owner: string,
  signal: AbortSignal,
  session: () => Session | undefined,
): LabButton =>
  labButton('Back to as-documented', undefined, signal, ({ print }) => {
    const own = session();
    const lab = own && labStatus(own.state);
    if (!own || !lab) return;
    const { allowed, reason = '' } = runnableChecks(own.state, element);
    print(reason);
    own.startTask(planReset(owner, allowed, lab.holder.by === 'you'));
  });
