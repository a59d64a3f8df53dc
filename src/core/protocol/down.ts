/** The JSON messages from the server to a page. Entries of runs are binary messages: see `codec.ts`. */
import * as z from 'zod/mini';
import { judgementSchema } from '../run/judgement.ts';
import { noticeSchema } from '../run/lifecycle.ts';
import type { RunHeader } from '../run/run.ts';
import { type Overview, overviewSchema } from './overview.ts';
import { viewerSchema } from './rights.ts';
import { resultSourceSchema } from '../vocabulary.ts';

/** At most this many names of readers are sent. */
export const mostNamed = 100;

const machineView = z.object({
  role: z.string(),
  name: z.string(),
  address: z.string(),
  /** Whether an installed gate decides there what may run; otherwise the server does. */
  gate: z.boolean(),
});

const conditionView = z.object({
  name: z.string(),
  kind: z.enum(['base', 'cause', 'remedy']),
  title: z.string(),
  about: z.string(),
  mechanism: z.string(),
  closeness: z.string(),
  sources: z.array(z.string()),
  /** What a person looks at where no check can. */
  confirm: z.optional(z.string()),
  /** The causes that a remedy is meant for. */
  for: z.array(z.string()),
  /** Its shell lines, each with its namespace. */
  commands: z.array(z.object({ on: z.string(), line: z.string() })),
});
export type ConditionView = z.infer<typeof conditionView>;

/** The state of a lab; real machines have none. */
const labView = z.object({
  conditions: z.array(conditionView),
  applying: z.nullable(z.string()),
  lease: z.nullable(
    z.object({ holder: z.string(), /** UTC, ISO 8601. */ until: z.string(), asked: z.nullable(z.string()) }),
  ),
});
export type LabView = z.infer<typeof labView>;

/** The fleet that runs go to; `none` with a sentence that says why and what to do. */
const fleetViewSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('ready'),
    name: z.string(),
    source: resultSourceSchema,
    condition: z.string(),
    roles: z.array(machineView),
    lab: z.optional(labView),
  }),
  z.object({ state: z.literal('starting'), message: z.string() }),
  z.object({ state: z.literal('none'), message: z.string() }),
]);
export type FleetView = z.infer<typeof fleetViewSchema>;

/** Runs that were started together, or saved by a review: one record with members. */
const setSchema = z.object({
  set: z.string(),
  writeup: z.string(),
  title: z.string(),
  /** Markdown. */
  note: z.string(),
  by: z.string(),
  startedAt: z.string(),
  pinned: z.boolean(),
  members: z.array(z.object({ check: z.string(), run: z.string() })),
});
export type RunSet = z.infer<typeof setSchema>;

export const presentingSchema = z.object({
  by: z.string(),
  at: z.object({ slide: z.string(), view: z.enum(['check', 'matrix', 'difference', 'picture']) }),
});
export type Presenting = z.infer<typeof presentingSchema>;

const summaryBase = {
  run: z.string(),
  check: z.string(),
  checkHash: z.string(),
  source: resultSourceSchema,
  condition: z.string(),
  startedAt: z.string(),
  /** Who started it. */
  by: z.string(),
};
/** The state of a run, without its output. `ended` only when the record is on disk. */
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
export type EndedRun = Extract<Summary, { state: 'ended' }>;

/** How the recordings of a writeup ended: a file of the site, which stands in while nothing has run. */
export type RecordedResults = {
  readonly recordedAt: string;
  readonly last: readonly EndedRun[];
  readonly overview: Overview;
};

/** What every summary of a run has from its header. */
export function summaryBaseOf({ run, check, checkHash, source, condition, startedAt, by }: RunHeader) {
  return { run, check, checkHash, source, condition, startedAt, by };
}

export const endedRun = (
  header: RunHeader,
  end: Pick<EndedRun, 'how' | 'endedAt' | 'seconds' | 'judgement'>,
): EndedRun => ({ state: 'ended', ...summaryBaseOf(header), ...end });

export const downSchema = z.discriminatedUnion('type', [
  /** Answers `watch`: everything for the page's first state. `latest` has at most one ended run per check, `active` the others. */
  z.object({
    type: z.literal('welcome'),
    boot: z.string(),
    /** The name of this page where others see who holds the lab. */
    you: z.string(),
    viewer: viewerSchema,
    fleet: fleetViewSchema,
    latest: z.array(summarySchema),
    active: z.array(summarySchema),
    checkHashes: z.record(z.string(), z.string()),
    /** Who reads this writeup now, with this page; at most `mostNamed`. */
    here: z.array(z.string()),
    presenting: z.nullable(presentingSchema),
    set: z.nullable(setSchema),
    notices: z.array(noticeSchema),
    /** Of `latest`. */
    overview: overviewSchema,
  }),
  /** A run has ended. */
  z.object({ type: z.literal('overview'), overview: overviewSchema }),
  /** The rights of the reader changed. */
  z.object({ type: z.literal('standing'), viewer: viewerSchema }),
  z.object({ type: z.literal('here'), readers: z.array(z.string()) }),
  z.object({ type: z.literal('presenting'), presenting: z.nullable(presentingSchema) }),
  /** A set was made or changed. */
  z.object({ type: z.literal('set'), set: setSchema }),
  z.object({ type: z.literal('notices'), notices: z.array(noticeSchema) }),
  /** Answers `save`. */
  z.object({ type: z.literal('saved'), key: z.string(), set: setSchema }),
  z.object({ type: z.literal('fleet'), fleet: fleetViewSchema }),
  z.object({
    type: z.literal('accepted'),
    key: z.string(),
    runs: z.array(z.object({ check: z.string(), run: z.string(), joined: z.boolean() })),
    /** The set that they are members of, when the request named more than one check. */
    set: z.nullable(z.string()),
  }),
  /** Answers `condition`, `release`, `ask` and `present`: done. */
  z.object({ type: z.literal('done'), key: z.string() }),
  /** Answers a request that was refused; for a `cancel` the key is its run. */
  z.object({ type: z.literal('refused'), key: z.string(), message: z.string() }),
  z.object({ type: z.literal('summary'), summary: summarySchema }),
  /** A run that cannot be followed: it never existed, or its record is gone. */
  z.object({ type: z.literal('unknown-run'), run: z.string(), message: z.string() }),
]);
export type Down = z.infer<typeof downSchema>;
