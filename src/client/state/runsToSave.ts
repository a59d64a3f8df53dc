/** What a report saves, and which record tells what is shown already: the newest ended run of each check, as the page shows it. Pure. */
import type { EndedRun, RunSet } from '../../core/protocol/down.ts';
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

/** The set whose record tells all these checks as they are shown now; the smallest if several do, the newest among equals. */
export function newestSetOf(state: State, checks: readonly string[]): RunSet | undefined {
  const shown = checks.map((check) => checkStateOf(state, check).last);
  if (shown.some((last) => last === undefined || last.source === 'recording')) return undefined;
  const covers = ({ members }: RunSet) => {
    const runs = new Set(members.map(({ run }) => run));
    return shown.every((last) => last !== undefined && runs.has(last.run));
  };
  return state.sets
    .filter(covers)
    .reduce<RunSet | undefined>(
      (best, set) => (best === undefined || set.members.length < best.members.length ? set : best),
      undefined,
    );
}
