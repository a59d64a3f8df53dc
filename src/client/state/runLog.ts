/** What a page keeps of one run: its folded state, and the output of each step up to a limit. */
import type { Entry } from '../../core/run/entry.ts';
import type { fold, RunView } from '../../core/run/run.ts';
import type { Stream } from '../../core/vocabulary.ts';

export const KEPT_BYTES_PER_STEP = 2 * 1024 * 1024;

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
  /** Skips entries that are known already; a gap throws. `add` is the `fold` of the core, which is loaded when it is needed. */
  append(entries: readonly Entry[], add: typeof fold): void;
  /** Forgets everything, for a recording that is played again. */
  restart(): void;
  /** Tells of every change until the returned function is called. */
  subscribe(changed: () => void): () => void;
};

type Kept = { chunks: Chunk[]; before: number; beyond: number; bytes: number };

export function createRunLog(): RunLog {
  let view: RunView | undefined;
  const kept = new Map<string, Kept>();
  const listeners = new Set<() => void>();

  const ownOf = (step: string): Kept => {
    const own = kept.get(step) ?? { chunks: [], before: 0, beyond: 0, bytes: 0 };
    kept.set(step, own);
    return own;
  };
  const keep = (step: string, stream: Stream, bytes: Uint8Array) => {
    const own = ownOf(step);
    const room = KEPT_BYTES_PER_STEP - own.bytes;
    const part = bytes.subarray(0, Math.max(0, room));
    // A copy: the message that carried it may be far larger than the part that is kept.
    if (part.length > 0) own.chunks.push({ stream, bytes: part.slice() });
    own.bytes += part.length;
    own.beyond += bytes.length - part.length;
  };

  return {
    get view() {
      return view;
    },
    output: (step) => kept.get(step) ?? NOTHING,
    append(entries, add) {
      let changed = false;
      for (const entry of entries) {
        if (entry.seq < (view?.next ?? 0)) continue;
        view = add(view, entry);
        const { body } = entry;
        if (body.kind === 'output') keep(body.step, body.stream, body.bytes);
        if (body.kind === 'skipped')
          for (const [step, bytes] of Object.entries(body.bytes)) ownOf(step).before += bytes;
        changed = true;
      }
      if (changed) for (const listener of listeners) listener();
    },
    restart() {
      view = undefined;
      kept.clear();
      for (const listener of listeners) listener();
    },
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  };
}
