/** The newest set that holds just the runs that are shown for some checks: its record is theirs. Pure. */
import { type State, checkStateOf } from './state.ts';
import type { RunSet } from '../../core/protocol/down.ts';

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
