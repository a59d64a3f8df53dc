/** A replay: the entries of a run as they come from the server, its moments on the line of its time, links to one of them, and where the replay is. */
import { type Moment, createRunLog, type RunLog } from '../state/runLog.ts';
import type { Entry } from '../../core/run/entry.ts';
import { concat, readEntries } from '../../core/protocol/codec.ts';
import { addressOf } from '../state/address.ts';
import { append } from '../state/fillLog.ts';

/** How many of the moments have happened by then. */
export function countUntil(moments: readonly Moment[], at: number): number {
  let low = 0;
  let high = moments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moments[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The place of the next moment after this one, or of the one before. */
export function neighbour(moments: readonly Moment[], at: number, direction: 1 | -1): number {
  const times = moments.map((moment) => moment.at);
  const found =
    direction === 1 ? times.find((time) => time > at + 0.5) : times.findLast((time) => time < at - 0.5);
  return found ?? times.at(direction === 1 ? -1 : 0) ?? 0;
}

/** `#<check>.<step>@<seconds>`, as it is in an address. */
export const momentAnchor = (check: string, step: string, ms: number): string =>
  `#${check}.${step}@${(ms / 1000).toFixed(3)}`;

export type MomentLink = { readonly check: string; readonly step: string; readonly ms: number };
const ANCHOR = /^#([a-z][a-z0-9-]*(?:~\d+)?)\.([a-z][a-z0-9-]*)@(\d{1,7}(?:\.\d{1,3})?)$/;

export function readMoment(hash: string): MomentLink | undefined {
  const [whole, check = '', step = '', seconds = ''] = ANCHOR.exec(hash) ?? [];
  return whole === undefined ? undefined : { check, step, ms: Number(seconds) * 1000 };
}

/** Some commands end at once: those can be watched slowly. */
export const SPEEDS = [0.1, 0.5, 1, 2, 4, 8] as const;

/** `now` counts milliseconds; `from` and `until` are milliseconds of the run. */
export function createClock(now: () => number, from: number, until: number) {
  let start = from;
  let since: number | undefined;
  let speed = 1;
  const at = (): number => (since === undefined ? start : Math.min(until, start + (now() - since) * speed));
  const goOn = (to: number, isPlaying: boolean) => {
    start = Math.min(until, Math.max(from, to));
    since = isPlaying ? now() : undefined;
  };
  return {
    at,
    isPlaying: () => since !== undefined,
    /** From the end it begins again. */
    play: () => goOn(at() >= until ? from : at(), true),
    pause: () => goOn(at(), false),
    /** Keeps playing or resting. */
    seek: (to: number) => goOn(to, since !== undefined),
    setSpeed(next: number) {
      goOn(at(), since !== undefined);
      speed = next;
    },
  };
}

/** Of a larger run its beginning is replayed. */
const MOST_REPLAYED_BYTES = 4 * 1024 * 1024;

/** Rejects when it cannot be read. */
export async function readRun(run: string): Promise<RunLog> {
  const answer = await fetch(addressOf(`/runs/${run}/entries?most=${MOST_REPLAYED_BYTES}`));
  if (!answer.ok || answer.body === null)
    throw new Error(`expected the entries of ${run}, found status ${answer.status}`);
  const feed = createSplitter();
  const log = createRunLog();
  const reader = answer.body.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return log;
    append(log, feed(value));
  }
}

const LENGTH_BYTES = 4;

/** Cuts a stream of encoded entries into whole ones: gives those that a piece completes. Throws on bytes that no encoder of ours wrote. */
export function createSplitter(): (piece: Uint8Array) => Entry[] {
  let rest: Uint8Array = new Uint8Array(0);
  return (piece) => {
    const bytes = rest.length === 0 ? piece : concat([rest, piece]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let end = 0;
    while (end + LENGTH_BYTES <= bytes.length) {
      const next = end + LENGTH_BYTES + view.getUint32(end);
      if (next > bytes.length) break;
      end = next;
    }
    // A copy: the piece that it came in may be far larger.
    rest = bytes.slice(end);
    return readEntries(bytes.subarray(0, end), JSON.parse);
  };
}
