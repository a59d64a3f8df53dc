/** What a review would freeze: the newest ended run of each check as the page shows it. Pure; asking for it is left to the dialog. */
import type { EndedRun } from '../../core/protocol/down.ts';
import { isBusy, type State, checkStateOf } from './state.ts';

export type SavableRun = {
  readonly runs: readonly EndedRun[];
  /** Checks without a run of the server. */
  readonly untaken: readonly string[];
  /** Checks whose newer run is still on its way: the one before it is what would be frozen. */
  readonly onTheirWay: readonly string[];
};

export function runsToSave(state: State, checks: readonly string[]): SavableRun {
  const runs: EndedRun[] = [];
  const untaken: string[] = [];
  const onTheirWay: string[] = [];
  for (const check of checks) {
    const taken = checkStateOf(state, check);
    if (isBusy(taken)) onTheirWay.push(check);
    if (taken.last === undefined || taken.last.source === 'recording') untaken.push(check);
    else runs.push(taken.last);
  }
  return { runs, untaken, onTheirWay };
}
