/** What a page keeps of one run: its folded state, and what happened in order, with the output of each step up to a limit. */
import type { Entry } from '../../core/run/entry.ts';
import type { fold, RunView, StepView } from '../../core/run/run.ts';
import type { Stream } from '../../core/vocabulary.ts';

export const KEPT_BYTES_PER_STEP = 2 * 1024 * 1024;

export type Moment = {
  /** Milliseconds since the run's header. */
  readonly at: number;
  readonly step: string;
} & (
  | { readonly what: 'begins' }
  | { readonly what: 'output'; readonly stream: Stream; readonly bytes: Uint8Array }
  /** So many bytes were left out here, because this page came late: they are in the record. */
  | { readonly what: 'left-out'; readonly count: number }
  /** From here on its output is in the record, not in the page. */
  | { readonly what: 'limit' }
  /** `beyond`: the bytes that came after the limit. */
  | { readonly what: 'ends'; readonly view: StepView; readonly beyond: number }
);

export type RunLog = {
  readonly view: RunView | undefined;
  /** In order. It grows; another list means that the log began anew. */
  readonly moments: readonly Moment[];
  /** Skips entries that are known already; a gap throws. `foldEntry` is the `fold` of the core, which is loaded when it is needed. */
  append(entries: readonly Entry[], foldEntry: typeof fold): void;
  /** Forgets everything, for a recording that is played again. */
  restart(): void;
  /** Tells of every change until the returned function is called. */
  subscribe(changed: () => void): () => void;
};

const TOGETHER_MS = 50;
const LINE_FEED = 0x0a;

export function createRunLog(): RunLog {
  let view: RunView | undefined;
  let moments: Moment[] = [];
  /** Bytes that came, by step. */
  const came = new Map<string, number>();
  /** Streams whose last line has not ended. */
  const openLines = new Set<string>();
  /** Moments before this one have been told of. */
  let batchStart = 0;
  const listeners = new Set<() => void>();

  const keep = (at: number, step: string, stream: Stream, bytes: Uint8Array) => {
    const before = came.get(step) ?? 0;
    const total = before + bytes.length;
    came.set(step, total);
    // A copy: the message that carried it may be far larger than the part that is kept.
    const part = bytes.slice(0, Math.max(0, KEPT_BYTES_PER_STEP - before));
    if (part.length > 0) pushOutput({ at, step, what: 'output', stream, bytes: part });
    if (before <= KEPT_BYTES_PER_STEP && total > KEPT_BYTES_PER_STEP)
      moments.push({ at, step, what: 'limit' });
  };
  /** The end of a line that the other stream broke is put where it belongs, if both came together: their order says nothing. */
  const pushOutput = (moment: Extract<Moment, { what: 'output' }>) => {
    const { at, step, stream, bytes } = moment;
    let place = moments.length;
    const isOther = (one: Moment | undefined) =>
      one?.what === 'output' && one.step === step && one.stream !== stream && at - one.at <= TOGETHER_MS;
    if (openLines.has(`${step}/${stream}`))
      while (place > batchStart && isOther(moments[place - 1])) place -= 1;
    moments.splice(place, 0, { ...moment, at: moments[place]?.at ?? at });
    if (bytes.at(-1) === LINE_FEED) openLines.delete(`${step}/${stream}`);
    else openLines.add(`${step}/${stream}`);
  };
  const add = ({ at, body }: Entry) => {
    switch (body.kind) {
      case 'step-started':
        moments.push({ at, step: body.step, what: 'begins' });
        break;
      case 'output':
        keep(at, body.step, body.stream, body.bytes);
        break;
      case 'skipped':
        for (const [step, count] of Object.entries(body.bytes))
          moments.push({ at, step, what: 'left-out', count });
        break;
      case 'step-ended':
      case 'step-failed': {
        const { step } = body;
        const beyond = Math.max(0, (came.get(step) ?? 0) - KEPT_BYTES_PER_STEP);
        const ended = view?.steps.find((one) => one.step === step);
        if (ended !== undefined) moments.push({ at, step, what: 'ends', view: ended, beyond });
      }
    }
  };

  return {
    get view() {
      return view;
    },
    get moments() {
      return moments;
    },
    append(entries, foldEntry) {
      let changed = false;
      batchStart = moments.length;
      for (const entry of entries) {
        if (entry.seq < (view?.next ?? 0)) continue;
        view = foldEntry(view, entry);
        add(entry);
        changed = true;
      }
      if (changed) for (const listener of listeners) listener();
    },
    restart() {
      view = undefined;
      moments = [];
      came.clear();
      openLines.clear();
      for (const listener of listeners) listener();
    },
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  };
}
