/** The last runs of a page's checks, as the diagnosis reads them. Pure. */
import type { EndedRun } from '../../core/protocol/down.ts';
import type { Row } from '../../core/run/runChange.ts';
import type { State } from './state.ts';

/** The newest run of each check of the page, newest first. Recordings stand in while nothing has run. */
export function newestRuns({ checks, recordings }: State, rows: readonly Row[]): readonly EndedRun[] {
  const ran = [...checks.values()].flatMap(({ last }) => last ?? []);
  const runs = ran.length > 0 || recordings.state !== 'ready' ? ran : [...recordings.last.values()];
  const known = new Set(rows.map(({ id }) => id));
  return runs.filter(({ check }) => known.has(check)).sort((a, b) => (a.endedAt < b.endedAt ? 1 : -1));
}

export function sameRuns(one: readonly EndedRun[], other: readonly EndedRun[]): boolean {
  return one.length === other.length && one.every((run, index) => run === other[index]);
}
