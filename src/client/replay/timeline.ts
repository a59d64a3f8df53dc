/** What happened in a run and when, for a replay: output, begin and end of each step. Pure; the clock is `record-clock.ts`, drawing is left to the element. */
import type { Entry } from '../../core/run/entry.ts';
import { fold, type RunView } from '../../core/run/run.ts';
import type { Stream } from '../../core/vocabulary.ts';

/** So much output is kept; of a larger run its beginning is replayed. */
export const MOST_REPLAYED_BYTES = 4 * 1024 * 1024;

export type Moment = {
  /** Milliseconds since the run's header. */
  readonly at: number;
  readonly step: string;
  readonly what: 'begins' | 'output' | 'ends';
  readonly stream: Stream;
  readonly bytes: Uint8Array;
};

export type Timeline = {
  readonly view: RunView | undefined;
  /** In the order of time. */
  readonly moments: readonly Moment[];
  /** Milliseconds from the header to the last entry. */
  readonly length: number;
  /** Bytes of output that are not replayed. */
  readonly left: number;
  take(entries: readonly Entry[]): void;
};

const NO_BYTES = new Uint8Array(0);

export function createTimeline(most: number = MOST_REPLAYED_BYTES): Timeline {
  let view: RunView | undefined;
  const moments: Moment[] = [];
  let length = 0;
  let kept = 0;
  let left = 0;
  const note = (at: number, step: string, what: Moment['what']) =>
    moments.push({ at, step, what, stream: 'stdout', bytes: NO_BYTES });
  return {
    get view() {
      return view;
    },
    moments,
    get length() {
      return length;
    },
    get left() {
      return left;
    },
    take(entries) {
      for (const entry of entries) {
        view = fold(view, entry);
        const { at, body } = entry;
        length = Math.max(length, at);
        if (body.kind === 'step-started') note(at, body.step, 'begins');
        if (body.kind === 'step-ended' || body.kind === 'step-failed') note(at, body.step, 'ends');
        if (body.kind === 'skipped') left += Object.values(body.bytes).reduce((sum, bytes) => sum + bytes, 0);
        if (body.kind !== 'output') continue;
        if (kept + body.bytes.length > most) {
          // Nothing smaller is let in after this: what is replayed is the beginning, without holes.
          kept = most;
          left += body.bytes.length;
          continue;
        }
        kept += body.bytes.length;
        moments.push({ at, step: body.step, what: 'output', stream: body.stream, bytes: body.bytes.slice() });
      }
    },
  };
}

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

/** The step that a link to this moment names: the last that something happened to. */
export function stepAt({ moments, view }: Pick<Timeline, 'moments' | 'view'>, at: number): string {
  return moments[countUntil(moments, at) - 1]?.step ?? view?.header.steps[0]?.id ?? '';
}

/** `#<check>.<step>@<seconds>`, as it stands in an address. */
export function momentAnchor(check: string, step: string, ms: number): string {
  return `#${check}.${step}@${(ms / 1000).toFixed(3)}`;
}

export type MomentLink = { readonly check: string; readonly step: string; readonly ms: number };
const ANCHOR = /^#([a-z][a-z0-9-]*(?:~\d+)?)\.([a-z][a-z0-9-]*)@(\d{1,7}(?:\.\d{1,3})?)$/;

export function readMoment(hash: string): MomentLink | undefined {
  const found = ANCHOR.exec(hash);
  if (found === null) return undefined;
  const [, check = '', step = '', seconds = ''] = found;
  return { check, step, ms: Number(seconds) * 1000 };
}
