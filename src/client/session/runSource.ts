/** What can answer a press of Run. */
import type { State } from '../state/state.ts';

export type RunSource = 'server' | 'recording' | 'nothing';

/** What can answer a press of Run. Recordings stand in when the server, or its fleet, is not there. */
export function sourceFor(state: State, check?: string): RunSource {
  if (state.link.state === 'open' && state.fleet?.state === 'ready') return 'server';
  if (state.link.state === 'connecting' || state.fleet?.state === 'starting') return 'nothing';
  if (state.recordings.state !== 'ready') return 'nothing';
  return check === undefined || state.recordings.last.has(check) ? 'recording' : 'nothing';
}
