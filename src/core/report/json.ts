/** A record as JSON for programs: versioned, with the raw bytes of every output. `reportSchema`, in the tests, is what readers of it may rely on. */
import type { EvidenceRecord, OutputPart } from '../run/record.ts';
import type { Stream } from '../vocabulary.ts';
import { readOutput, type RowFacts, rowsOf, type StepFacts, streamPieces } from './facts.ts';
import { recordAddress } from './format.ts';
import { outcomeOf } from './outcome.ts';

export function jsonReport(record: EvidenceRecord, { base }: { readonly base: string }) {
  const { id, kind, writeup, title, note, by, startedAt, pinned } = record;
  const { limitation, heading: _, ...outcome } = outcomeOf(record);
  return {
    /** Grows when a reader of the version before could no longer rely on it. */
    vantage: 2,
    ...{ id, link: recordAddress(base, id), kind, writeup },
    ...{ title, note, by, startedAt, pinned },
    outcome: { ...outcome, limitation: limitation?.status ?? null },
    rows: rowsOf(record).map((row) => rowJson(row, base)),
    missing: record.missing ?? [],
  };
}

function rowJson({ header, judgement, run, verdict, warnings, steps }: RowFacts, base: string) {
  const { kind: _, writeup: __, steps: ___, ...own } = header;
  return {
    ...own,
    link: recordAddress(base, header.run),
    state: run.view.state,
    verdict: verdict === 'running' ? null : verdict,
    warnings,
    judgement: judgement ?? null,
    notes: run.view.notes,
    endedAt: run.view.endedAt ?? null,
    damage: run.damage ?? null,
    steps: steps.map(stepJson),
  };
}

function stepJson(step: StepFacts) {
  const { id, role, command, view, identity, output, times, end } = step;
  const text = (stream: Stream) =>
    [...(streamPieces(step).find((one) => one.stream === stream)?.pieces ?? [])].join('').toWellFormed();
  return {
    ...{ id, role, command, state: view.state, end },
    ended: view.state === 'ended' ? view.ended : null,
    problem: view.state === 'failed' ? view.problem : null,
    machine: identity ?? null,
    startedMs: times?.started ?? null,
    endedMs: times?.ended ?? null,
    seconds: view.state === 'ended' ? view.seconds : null,
    // Made when they are read: together they may be many times as large as what was collected.
    text: {
      get stdout() {
        return text('stdout');
      },
      get stderr() {
        return text('stderr');
      },
    },
    output: {
      head: output.head.map(chunkOf),
      leftOutBytes: output.beyond,
      tail: output.tail.map(chunkOf),
    },
  };
}

const chunkOf = ({ stream, at, bytes }: OutputPart) => ({
  stream,
  at,
  get base64() {
    return base64(bytes);
  },
});

/** In pieces: a call has a limit of arguments. */
function base64(bytes: Uint8Array): string {
  let binary = '';
  for (let from = 0; from < bytes.length; from += 0x2000)
    binary += String.fromCharCode(...bytes.subarray(from, from + 0x2000));
  return btoa(binary);
}

/** The report as `JSON.stringify` writes it, two spaces deep, in chunks: no value is made before its turn. */
export function* jsonChunks(record: EvidenceRecord, options: { readonly base: string }): Generator<string> {
  yield* readOutput(record);
  yield* written(jsonReport(record, options), '\n');
  yield '\n';
}

function* written(value: unknown, line: string): Generator<string> {
  if (typeof value === 'string') return yield* jsonString(value);
  if (typeof value !== 'object' || value === null) return yield JSON.stringify(value);
  const inner = `${line}  `;
  const isList = Array.isArray(value);
  const keys = Object.keys(value).filter((key) => isList || Reflect.get(value, key) !== undefined);
  if (keys.length === 0) return yield isList ? '[]' : '{}';
  yield isList ? '[' : '{';
  for (const [index, key] of keys.entries()) {
    yield `${index === 0 ? '' : ','}${inner}${isList ? '' : `${JSON.stringify(key)}: `}`;
    yield* written(Reflect.get(value, key), inner);
  }
  yield `${line}${isList ? ']' : '}'}`;
}

const pieceChars = 32 * 1024;

/** A string of JSON; a long one in pieces, none of which ends between the halves of a character. */
function* jsonString(text: string): Generator<string> {
  if (text.length <= pieceChars) return yield JSON.stringify(text);
  yield '"';
  for (let from = 0; from < text.length;) {
    const to = from + pieceChars;
    const end = /[\uD800-\uDBFF]/.test(text.charAt(to - 1)) ? to + 1 : to;
    yield JSON.stringify(text.slice(from, end)).slice(1, -1);
    from = end;
  }
  yield '"';
}
