/** What a page keeps of one run: its folded state, and what happened in order, with the output of each step up to a limit. `fillLog.ts` fills it. */
import type { RunView, StepView } from '../../core/run/run.ts';
import type { Stream } from '../../core/vocabulary.ts';

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
  /** Tells of every change until the returned function is called. */
  subscribe(changed: () => void): () => void;
};
/** The side of whoever fills it. */
export type OpenRunLog = RunLog & {
  view: RunView | undefined;
  moments: Moment[];
  /** Bytes that came, by step. */
  readonly came: Map<string, number>;
  /** Streams whose last line has not ended. */
  readonly openLines: Set<string>;
  tell(): void;
};

export function createRunLog(): OpenRunLog {
  const listeners = new Set<() => void>();
  return {
    view: undefined,
    moments: [],
    came: new Map(),
    openLines: new Set(),
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    tell() {
      for (const listener of listeners) listener();
    },
  };
}
