/** A record as JSON for programs: versioned, with the raw bytes of every output. `reportSchema` is what readers of it may rely on. */
import * as z from 'zod/mini';
import { endedSchema, identitySchema } from '../entry.ts';
import { judgementSchema } from '../judgement.ts';
import type { EvidenceRecord } from '../record.ts';
import { problemSchema, provenanceSchema, streamSchema, verdictSchema } from '../vocabulary.ts';
import { type RowFacts, rowsOf, type StepFacts, streamsOf } from './facts.ts';
import { outcomeOf } from './outcome.ts';

const chunk = z.strictObject({
  stream: streamSchema,
  /** Milliseconds since the run's header. */
  at: z.number(),
  base64: z.string(),
});

const stepSchema = z.strictObject({
  id: z.string(),
  vantage: z.string(),
  command: z.string(),
  state: z.enum(['waiting', 'running', 'ended', 'failed']),
  end: z.string(),
  ended: z.nullable(endedSchema),
  problem: z.nullable(problemSchema),
  machine: z.nullable(identitySchema),
  startedMs: z.nullable(z.number()),
  endedMs: z.nullable(z.number()),
  seconds: z.nullable(z.number()),
  /** As text, with the replacement sign for what is not UTF-8; the bytes are in `output`. */
  text: z.strictObject({ stdout: z.string(), stderr: z.string() }),
  output: z.strictObject({ head: z.array(chunk), leftOutBytes: z.number(), tail: z.array(chunk) }),
});

const rowSchema = z.strictObject({
  run: z.string(),
  link: z.string(),
  check: z.string(),
  title: z.string(),
  checkHash: z.string(),
  documented: z.string(),
  state: z.enum(['running', 'finished', 'cancelled', 'interrupted']),
  verdict: z.nullable(verdictSchema),
  warnings: z.array(z.string()),
  judgement: z.nullable(judgementSchema),
  notes: z.array(z.string()),
  fleet: z.string(),
  provenance: provenanceSchema,
  condition: z.string(),
  commit: z.string(),
  by: z.string(),
  startedAt: z.string(),
  endedAt: z.nullable(z.string()),
  damage: z.nullable(z.string()),
  steps: z.array(stepSchema),
});

export const reportSchema = z.strictObject({
  /** Grows when a reader of the version before could no longer rely on it. */
  vantage: z.literal(1),
  id: z.string(),
  link: z.string(),
  kind: z.enum(['run', 'set']),
  writeup: z.strictObject({ id: z.string(), title: z.string() }),
  title: z.string(),
  note: z.string(),
  by: z.string(),
  startedAt: z.string(),
  pinned: z.boolean(),
  outcome: z.strictObject({
    sentence: z.string(),
    short: z.string(),
    provenance: z.enum(['live', 'lab', 'recording', 'mixed', 'none']),
    agrees: z.int(),
    differs: z.int(),
    inconclusive: z.int(),
    running: z.int(),
    of: z.int(),
    limitation: z.nullable(z.enum(['reproduces', 'no longer reproduces', 'unclear'])),
  }),
  rows: z.array(rowSchema),
  /** Checks of the set whose runs have not begun, are no longer kept, or cannot be read. */
  missing: z.array(z.string()),
});
export type Report = z.infer<typeof reportSchema>;

export function jsonReport(record: EvidenceRecord, { base }: { readonly base: string }): Report {
  const { id, kind, writeup, title, note, by, startedAt, pinned } = record;
  const { limitation, ...outcome } = outcomeOf(record);
  return {
    ...{ vantage: 1, id, link: `${base}/runs/${encodeURIComponent(id)}`, kind, writeup: { ...writeup } },
    ...{ title, note, by, startedAt, pinned },
    outcome: { ...outcome, limitation: limitation?.status ?? null },
    rows: rowsOf(record).map((row) => rowJson(row, base)),
    missing: [...(record.missing ?? [])],
  };
}

function rowJson(row: RowFacts, base: string): Report['rows'][number] {
  const { header, judgement, run, verdict, warnings } = row;
  const { check, title, checkHash, documented, fleet, provenance, condition, commit, by, startedAt } = header;
  return {
    ...{ run: header.run, link: `${base}/runs/${encodeURIComponent(header.run)}` },
    ...{ check, title, checkHash, documented, fleet, provenance, condition, commit, by, startedAt },
    state: run.view.state,
    verdict: verdict === 'running' ? null : verdict,
    warnings: [...warnings],
    judgement: judgement ?? null,
    notes: [...run.view.notes],
    endedAt: run.view.endedAt ?? null,
    damage: run.damage ?? null,
    steps: row.steps.map(stepJson),
  };
}

function stepJson(step: StepFacts): Report['rows'][number]['steps'][number] {
  const { id, vantage, command, view, identity, output, times, end, seconds } = step;
  const text = (stream: 'stdout' | 'stderr') =>
    streamsOf(step)
      .find((one) => one.stream === stream)
      ?.text.toWellFormed() ?? '';
  return {
    ...{ id, vantage, command, state: view.state, end },
    ended: view.state === 'ended' ? view.ended : null,
    problem: view.state === 'failed' ? view.problem : null,
    machine: identity ?? null,
    startedMs: times?.started ?? null,
    endedMs: times?.ended ?? null,
    seconds: seconds ?? null,
    text: { stdout: text('stdout'), stderr: text('stderr') },
    output: {
      head: output.head.map(chunkOf),
      leftOutBytes: output.beyond,
      tail: output.tail.map(chunkOf),
    },
  };
}

const chunkOf = ({ stream, at, bytes }: StepFacts['output']['head'][number]) => ({
  stream,
  at,
  base64: base64(bytes),
});

/** In pieces: a call takes only so many arguments. */
function base64(bytes: Uint8Array): string {
  let binary = '';
  for (let from = 0; from < bytes.length; from += 0x2000)
    binary += String.fromCharCode(...bytes.subarray(from, from + 0x2000));
  return btoa(binary);
}
