/** What happened in a run and when, for a replay: output, begin and end of each step. */
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

const NO_BYTES = new Uint8Array(0);

export class Timeline {
  /** In the order of time. */
  readonly moments: Moment[] = [];
  /** Milliseconds from the header to the last entry. */
  length = 0;
  /** Bytes of output that are not replayed. */
  left = 0;
  readonly #mostBytes: number;
  #keptBytes = 0;
  #view: RunView | undefined;

  constructor(mostBytes: number = MOST_REPLAYED_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /** Throws where an entry is missing. */
  add(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#view = fold(this.#view, entry);
      const { at, body } = entry;
      const none = { stream: 'stdout', bytes: NO_BYTES } as const;
      this.length = Math.max(this.length, at);
      if (body.kind === 'step-started') this.moments.push({ at, step: body.step, what: 'begins', ...none });
      if (body.kind === 'step-ended' || body.kind === 'step-failed')
        this.moments.push({ at, step: body.step, what: 'ends', ...none });
      if (body.kind === 'skipped') for (const bytes of Object.values(body.bytes)) this.left += bytes;
      if (body.kind === 'output') this.#addOutput(at, body.step, body.stream, body.bytes);
    }
  }

  #addOutput(at: number, step: string, stream: Stream, bytes: Uint8Array): void {
    if (this.#keptBytes + bytes.length > this.#mostBytes) {
      // Nothing smaller is let in after this: what is replayed is the beginning, without holes.
      this.#keptBytes = this.#mostBytes;
      this.left += bytes.length;
      return;
    }
    this.#keptBytes += bytes.length;
    this.moments.push({ at, step, what: 'output', stream, bytes: bytes.slice() });
  }
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

/** The output of one step, and from when to when it ran. */
export type StepReplay = {
  readonly moments: readonly Moment[];
  readonly from: number;
  readonly until: number;
};

export function replayOf({ moments, length }: Timeline, step: string): StepReplay {
  const own = moments.filter((moment) => moment.step === step);
  const from = own[0]?.at ?? 0;
  const until = own.findLast(({ what }) => what === 'ends')?.at ?? length;
  return {
    moments: own.filter(({ what }) => what === 'output'),
    from,
    until: Math.max(from, until),
  };
}

/** The place of the next output after this one, or of the one before. */
export function neighbour({ moments, from, until }: StepReplay, at: number, direction: 1 | -1): number {
  const times = [from, ...moments.map((moment) => moment.at), until];
  return direction === 1
    ? (times.find((time) => time > at + 0.5) ?? until)
    : (times.findLast((time) => time < at - 0.5) ?? from);
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
