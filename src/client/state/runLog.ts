/** What a page keeps of one run: its folded state, and the output of each step up to a limit. `fillLog.ts` fills it. */
import type { RunView } from '../../core/run/run.ts';
import type { Stream } from '../../core/vocabulary.ts';

export type Chunk = { readonly stream: Stream; readonly bytes: Uint8Array };
export type StepOutput = {
  readonly chunks: readonly Chunk[];
  /** Bytes that came before the first chunk and were left out, because this page came late: they are in the record. */
  readonly before: number;
  /** Bytes that came after the limit: they are in the record, not in the page. */
  readonly beyond: number;
};
const NOTHING: StepOutput = { chunks: [], before: 0, beyond: 0 };

export type RunLog = {
  readonly view: RunView | undefined;
  output(step: string): StepOutput;
  /** Tells of every change until the returned function is called. */
  subscribe(changed: () => void): () => void;
};
/** The side of whoever fills it. */
export type OpenRunLog = RunLog & {
  view: RunView | undefined;
  readonly kept: Map<string, { chunks: Chunk[]; before: number; beyond: number; bytes: number }>;
  tell(): void;
};

export function createRunLog(): OpenRunLog {
  const kept: OpenRunLog['kept'] = new Map();
  const listeners = new Set<() => void>();
  return {
    view: undefined,
    kept,
    output: (step) => kept.get(step) ?? NOTHING,
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    tell() {
      for (const listener of listeners) listener();
    },
  };
}
