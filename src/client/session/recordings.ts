/** Reads the recordings that were built with the site, for when there is no server. Playing them is left to `player.ts`. */
import { endedRun, type EndedRun } from '../../core/protocol/down.ts';
import type { Entry } from '../../core/run/entry.ts';
import { playable, recordingSchema } from '../../core/run/recording.ts';
import { fold, type RunView } from '../../core/run/run.ts';
import type { RecordingsState } from '../state/state.ts';

export type Tape = { readonly entries: readonly Entry[]; readonly ended: EndedRun };
export type Tapes = {
  readonly shelf: Extract<RecordingsState, { state: 'ready' }>;
  readonly tapes: ReadonlyMap<string, Tape>;
};

/** Nothing answered at all. After an outage that is to be expected, and no fault of ours. */
export class OutOfReach extends Error {}

/** The recordings of a writeup by check, or nothing when there are none. Rejects when they cannot be read, with OutOfReach when nothing answered. */
export async function readRecordings(
  get: (path: string) => Promise<unknown>,
  writeup: string,
): Promise<Tapes | undefined> {
  const found = await get(`/recordings/${writeup}.json`);
  if (found === undefined) return undefined;
  const { recordedAt, runs } = recordingSchema.parse(found);
  const tapes = new Map<string, Tape>();
  for (const run of runs) {
    const entries = playable(run, fromBase64);
    let view: RunView | undefined;
    for (const entry of entries) view = fold(view, entry);
    const ended = view === undefined ? undefined : endedOf(view, entries);
    if (ended !== undefined) tapes.set(ended.check, { entries, ended });
  }
  const last = new Map([...tapes].map(([check, { ended }]) => [check, ended]));
  return tapes.size === 0 ? undefined : { shelf: { state: 'ready', recordedAt, last }, tapes };
}

function endedOf(view: RunView, entries: readonly Entry[]): EndedRun | undefined {
  const { header, judgement, endedAt, state } = view;
  if (judgement === undefined || endedAt === undefined || state === 'running') return undefined;
  const seconds = (entries.at(-1)?.at ?? 0) / 1000;
  return endedRun(header, { how: state, endedAt, seconds, judgement });
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
