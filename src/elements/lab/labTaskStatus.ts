/** Two lines about the lab: how the errand of one part of the page goes, and who has the lab. */
import { holderSentence, type LabNow, progress, titleOf } from '../../client/state/lab.ts';
import type { State } from '../../client/state/state.ts';
import { badge, node } from '../base/dom.ts';

/** What is on its way, or how the last one of this part of the page ended. */
export function errandLine(state: State, { view, present }: LabNow, owner: string): (Node | string)[] {
  const { doing } = state;
  const own = doing.at !== 'rest' && doing.labTask.owner === owner;
  if (own && doing.at === 'failed') return [node('span', { class: 'refused' }, doing.message)];
  const message = own ? progress(state, doing, view.conditions) : undefined;
  if (message !== undefined) return [badge('running', message)];
  if (view.applying !== null)
    return [badge('running', `The lab is being put into “${titleOf(view.conditions, view.applying)}”`)];
  if (own && doing.at === 'done')
    return [`Done. The lab is in the condition “${titleOf(view.conditions, present)}”.`];
  return [];
}

export function holderLine({ holding }: LabNow): (Node | string)[] {
  return [holderSentence(holding)];
}
