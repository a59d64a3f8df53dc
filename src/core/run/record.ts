/** A record as reports, pages and comparisons see it: one run or a set of runs, with their output. */
import type { Entry } from './entry.ts';
import { fold, type RunView } from './run.ts';
import type { Stream } from '../vocabulary.ts';

export type OutputPart = {
  readonly stream: Stream;
  /** Milliseconds since the run's header. */
  readonly at: number;
  readonly bytes: Uint8Array;
};

/** The output of one step: its first and last bytes; `beyond` bytes between them are left out. */
export type StepOutput = {
  readonly head: readonly OutputPart[];
  readonly beyond: number;
  readonly tail: readonly OutputPart[];
};

/** When a step began and ended, in milliseconds since the run's header. */
export type StepTimes = { readonly started: number; readonly ended?: number };

export type RunRecord = {
  readonly view: RunView;
  readonly output: ReadonlyMap<string, StepOutput>;
  /** Of every step that began. */
  readonly times: ReadonlyMap<string, StepTimes>;
  /** A sentence when the file was cut or changed. What is here came before that. */
  readonly damage?: string;
};

export type EvidenceRecord = {
  readonly id: string;
  readonly kind: 'run' | 'set';
  readonly writeup: { readonly id: string; readonly title: string };
  /** The deciding rows of the writeup, for the status of its limitation; empty when it has none. */
  readonly deciding: readonly string[];
  readonly title: string;
  /** Markdown, by the person who saved it. */
  readonly note: string;
  readonly by: string;
  /** UTC, ISO 8601. */
  readonly startedAt: string;
  readonly pinned: boolean;
  /** In the order of the writeup. */
  readonly runs: readonly RunRecord[];
  /** Checks of a set whose runs have not begun, are no longer kept, or cannot be read. */
  readonly missing?: readonly string[];
};

export type Collector = {
  /** Throws on a gap, as `fold` does. */
  add(entry: Entry): void;
  /** What was collected so far; nothing before the header. */
  record(damage?: string): RunRecord | undefined;
};

type Collected = {
  head: OutputPart[];
  headBytes: number;
  tail: OutputPart[];
  tailBytes: number;
  beyond: number;
};

/** Collects a run's entries. Of each step's output it keeps at most the first and the last `keepBytes`. */
export function collector(keepBytes: number): Collector {
  let view: RunView | undefined;
  const kept = new Map<string, Collected>();
  const times = new Map<string, StepTimes>();
  const keep = (step: string, part: OutputPart) => {
    const own = kept.get(step) ?? { head: [], headBytes: 0, tail: [], tailBytes: 0, beyond: 0 };
    kept.set(step, own);
    const room = keepBytes - own.headBytes;
    if (room > 0) {
      const first = part.bytes.slice(0, room);
      own.head.push({ ...part, bytes: first });
      own.headBytes += first.length;
    }
    const rest = part.bytes.slice(Math.max(0, room));
    if (rest.length === 0) return;
    own.tail.push({ ...part, bytes: rest });
    own.tailBytes += rest.length;
    while (own.tailBytes > keepBytes) {
      const oldest = own.tail.shift();
      if (oldest === undefined) break;
      const cut = Math.min(own.tailBytes - keepBytes, oldest.bytes.length);
      if (cut < oldest.bytes.length) own.tail.unshift({ ...oldest, bytes: oldest.bytes.slice(cut) });
      own.tailBytes -= cut;
      own.beyond += cut;
    }
  };
  return {
    add(entry) {
      view = fold(view, entry);
      const { body, at } = entry;
      if (body.kind === 'step-started') times.set(body.step, { started: at });
      if (body.kind === 'step-ended' || body.kind === 'step-failed')
        times.set(body.step, { started: times.get(body.step)?.started ?? at, ended: at });
      if (body.kind === 'output') keep(body.step, { stream: body.stream, at, bytes: body.bytes });
    },
    record(damage) {
      if (view === undefined) return undefined;
      const output = new Map(
        [...kept].map(([step, { head, beyond, tail }]) => [step, { head, beyond, tail }]),
      );
      return { view, output, times: new Map(times), ...(damage === undefined ? {} : { damage }) };
    },
  };
}

/** The text of a step's output, with a line where bytes are left out. No piece ends within a character. */
export function* textPieces({ head, beyond, tail }: StepOutput, stream: Stream | 'both'): Generator<string> {
  yield* decoded(head, stream);
  if (beyond > 0) yield `\n… ${beyond} bytes are left out here; they are in the record …\n`;
  yield* decoded(tail, stream);
}

function* decoded(parts: readonly OutputPart[], stream: Stream | 'both'): Generator<string> {
  // One for each stream: the parts of a split character may have the other stream between them.
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  for (const part of parts)
    if (stream === 'both' || part.stream === stream)
      yield decoders[part.stream].decode(part.bytes, { stream: true });
  yield decoders.stdout.decode() + decoders.stderr.decode();
}

/** The same as one text. */
export function textOf(output: StepOutput, stream: Stream | 'both'): string {
  return [...textPieces(output, stream)].join('');
}
