/** What readers of a record as JSON may rely on, for tests. */
import * as z from 'zod/mini';
import { endedSchema, identitySchema, membersSchema } from '../run/entry.ts';
import { judgementSchema } from '../run/judgement.ts';
import { problemSchema, resultSourceSchema, streamSchema, verdictSchema } from '../vocabulary.ts';

const chunk = z.strictObject({
  stream: streamSchema,
  /** Milliseconds since the run's header. */
  at: z.number(),
  base64: z.string(),
});

const stepSchema = z.strictObject({
  id: z.string(),
  role: z.string(),
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
  members: z.optional(membersSchema),
  fleet: z.string(),
  source: resultSourceSchema,
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
  vantage: z.literal(2),
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
    source: z.enum(['live', 'lab', 'recording', 'mixed', 'none']),
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
