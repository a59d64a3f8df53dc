/** The last runs of a page's checks, as the diagnosis reads them. Pure. */
import type { EndedRun } from '../../core/protocol/down.ts';
import type { Row } from '../../core/run/runChange.ts';
import { type Observation, observationOf } from '../../core/diagnosis/observations.ts';
import type { State } from './state.ts';

/** The newest run of each check of the page, newest first. Recordings stand in while nothing has run. */
export function newestRuns({ checks, recordings }: State, rows: readonly Row[]): readonly EndedRun[] {
  const ran = [...checks.values()].flatMap(({ last }) => last ?? []);
  const runs = ran.length > 0 || recordings.state !== 'ready' ? ran : [...recordings.last.values()];
  const known = new Set(rows.map(({ id }) => id));
  return runs.filter(({ check }) => known.has(check)).sort((a, b) => (a.endedAt < b.endedAt ? 1 : -1));
}

/** By which outcome it came out is known only of a run of this very check: outcomes are named by their place in it. */
export function observationsOf(runs: readonly EndedRun[], rows: readonly Row[]): Observation[] {
  const hashes = new Map(rows.map(({ id, hash }) => [id, hash]));
  return runs.map(({ check, checkHash, judgement, source, condition }) => {
    const seen = observationOf({ check, judgement, source, condition });
    const known = checkHash === hashes.get(check) && PLACE.test(seen.outcome ?? '');
    return known ? seen : { ...seen, outcome: undefined };
  });
}
const PLACE = /^(?:\d+|otherwise)$/;

export function sameRuns(one: readonly EndedRun[], other: readonly EndedRun[]): boolean {
  return one.length === other.length && one.every((run, index) => run === other[index]);
}
