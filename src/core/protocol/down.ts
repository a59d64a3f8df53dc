/** What the server says to a page as JSON. A run's entries travel as binary messages: see `codec.ts`. */
import * as z from 'zod/mini';
import { judgementSchema } from '../judgement.ts';
import { provenanceSchema } from '../vocabulary.ts';

const vantageView = z.object({
  role: z.string(),
  name: z.string(),
  address: z.string(),
});

const conditionView = z.object({
  name: z.string(),
  kind: z.enum(['base', 'cause', 'remedy']),
  title: z.string(),
  about: z.string(),
  mechanism: z.string(),
  closeness: z.string(),
  sources: z.array(z.string()),
  /** The causes that a remedy is meant for. */
  for: z.array(z.string()),
  /** What is done, as shell lines, each with the namespace that it is done in. */
  commands: z.array(z.object({ on: z.string(), line: z.string() })),
});
export type ConditionView = z.infer<typeof conditionView>;

/** The lab's state: only a lab has one, so nothing of this is there for real machines. */
const labView = z.object({
  conditions: z.array(conditionView),
  /** The condition that is being put on now, if one is. */
  applying: z.nullable(z.string()),
  lease: z.nullable(
    z.object({ holder: z.string(), /** UTC, ISO 8601. */ until: z.string(), asked: z.nullable(z.string()) }),
  ),
});
export type LabView = z.infer<typeof labView>;

/** The fleet that runs go to; `none` when there is none, with the sentence that says why and what to do. */
export const fleetViewSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('ready'),
    name: z.string(),
    provenance: provenanceSchema,
    condition: z.string(),
    vantages: z.array(vantageView),
    lab: z.optional(labView),
  }),
  z.object({ state: z.literal('starting'), say: z.string() }),
  z.object({ state: z.literal('none'), say: z.string() }),
]);
export type FleetView = z.infer<typeof fleetViewSchema>;

const summaryBase = {
  run: z.string(),
  check: z.string(),
  checkHash: z.string(),
  provenance: provenanceSchema,
  condition: z.string(),
  startedAt: z.string(),
};
/** Where a run stands, without its output. `ended` is said only when the record is on disk. */
export const summarySchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('queued'), ...summaryBase, /** 1 is next. */ position: z.int() }),
  z.object({ state: z.literal('running'), ...summaryBase }),
  z.object({
    state: z.literal('ended'),
    ...summaryBase,
    how: z.enum(['finished', 'cancelled', 'interrupted']),
    endedAt: z.string(),
    seconds: z.number(),
    judgement: judgementSchema,
  }),
]);
export type Summary = z.infer<typeof summarySchema>;

export const downSchema = z.discriminatedUnion('type', [
  /** Answers `watch`: everything the page needs to draw its first state. `latest` has at most one ended run per check, `active` the others. */
  z.object({
    type: z.literal('welcome'),
    boot: z.string(),
    /** What this page is called where others see who holds the lab. */
    you: z.string(),
    fleet: fleetViewSchema,
    latest: z.array(summarySchema),
    active: z.array(summarySchema),
    checkHashes: z.record(z.string(), z.string()),
  }),
  z.object({ type: z.literal('fleet'), fleet: fleetViewSchema }),
  z.object({
    type: z.literal('accepted'),
    key: z.string(),
    runs: z.array(z.object({ check: z.string(), run: z.string(), joined: z.boolean() })),
  }),
  /** Answers `condition`, `release` and `ask`: done. */
  z.object({ type: z.literal('done'), key: z.string() }),
  z.object({ type: z.literal('refused'), key: z.string(), say: z.string() }),
  z.object({ type: z.literal('summary'), summary: summarySchema }),
  /** A run that cannot be followed: never existed, or its record is gone. */
  z.object({ type: z.literal('unknown-run'), run: z.string(), say: z.string() }),
]);
export type Down = z.infer<typeof downSchema>;
