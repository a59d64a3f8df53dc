/** Two lines about the lab: how the errand of one part of the page goes, and who has the lab. */
import { holderSentence, type LabStatus, taskProgress, titleOf } from '../../client/state/lab.ts';
import type { State } from '../../client/state/state.ts';
import { badge, node } from '../base/dom.ts';

/** What is on its way, or how the last one of this part of the page ended. */
export function taskLine(state: State, { view, present }: LabStatus, owner: string): (Node | string)[] {
  const { labTask } = state;
  const own = labTask.at !== 'idle' && labTask.task.owner === owner;
  if (own && labTask.at === 'failed') return [node('span', { class: 'refused' }, labTask.message)];
  const message = own ? taskProgress(state, labTask, view.conditions) : undefined;
  if (message !== undefined) return [badge('running', message)];
  if (view.applying !== null)
    return [badge('running', `The lab is being put into “${titleOf(view.conditions, view.applying)}”`)];
  if (own && labTask.at === 'done')
    return [`Done. The lab is in the condition “${titleOf(view.conditions, present)}”.`];
  return [];
}

export function holderLine({ holder }: LabStatus): (Node | string)[] {
  return [holderSentence(holder)];
}
