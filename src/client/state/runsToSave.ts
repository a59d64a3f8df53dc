/** What a report saves: the newest ended run of each check, as the page shows it. Pure. */
import type { EndedRun } from '../../core/protocol/down.ts';
import { isBusy, type State, checkStateOf } from './state.ts';

export type SavableRuns = {
  readonly runs: readonly EndedRun[];
  /** Checks without a run of the server. */
  readonly notRun: readonly string[];
  /** Checks that run now: their previous result is saved. */
  readonly running: readonly string[];
};

export function runsToSave(state: State, checks: readonly string[]): SavableRuns {
  const savable = (check: string) => {
    const { last } = checkStateOf(state, check);
    return last === undefined || last.source === 'recording' ? [] : [last];
  };
  return {
    runs: checks.flatMap(savable),
    notRun: checks.filter((check) => savable(check).length === 0),
    running: checks.filter((check) => isBusy(checkStateOf(state, check))),
  };
}
