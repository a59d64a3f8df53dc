/** Reads the recordings that were built with the site, for when there is no server. Playing them is left to `player.ts`. */
import { endedRun, type EndedRun } from '../../core/protocol/down.ts';
import type { Entry } from '../../core/run/entry.ts';
import { playable, type Recording } from '../../core/run/recording.ts';
import { fold, type RunView } from '../../core/run/run.ts';
import type { RecordingsState } from '../state/state.ts';

export type RecordedRun = { readonly entries: readonly Entry[]; readonly ended: EndedRun };
export type Recordings = {
  readonly recordings: Extract<RecordingsState, { state: 'ready' }>;
  readonly runs: ReadonlyMap<string, RecordedRun>;
};

/** The recordings of a writeup by check. They were built, and checked, with this page. */
export function readRecordings(found: Recording): Recordings | undefined {
  const runs = new Map<string, RecordedRun>();
  for (const run of found.runs) {
    const entries = playable(run, fromBase64);
    let view: RunView | undefined;
    for (const entry of entries) view = fold(view, entry);
    const ended = view === undefined ? undefined : endedOf(view, entries);
    if (ended !== undefined) runs.set(ended.check, { entries, ended });
  }
  const last = new Map([...runs].map(([check, { ended }]) => [check, ended]));
  return runs.size === 0
    ? undefined
    : { recordings: { state: 'ready', recordedAt: found.recordedAt, last }, runs };
}

function endedOf(
  { header, judgement, endedAt, state }: RunView,
  entries: readonly Entry[],
): EndedRun | undefined {
  if (judgement === undefined || endedAt === undefined || state === 'running') return undefined;
  const seconds = (entries.at(-1)?.at ?? 0) / 1000;
  return endedRun(header, { how: state, endedAt, seconds, judgement });
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
