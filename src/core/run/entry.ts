/** A run is a log of entries: they hold everything that is known about it. A recording is such a log as JSON. */
import * as z from 'zod/mini';
import { judgementSchema } from './judgement.ts';
import { problemSchema, resultSourceSchema, streamSchema } from '../vocabulary.ts';

/** Who answered, as the machine itself says it. `hostKey` is what the transport verified, never what the machine claims. */
export const identitySchema = z.strictObject({
  hostName: z.string(),
  machineId: z.string(),
  kernel: z.string(),
  user: z.string(),
  /** `SHA256:…` of the pinned host key that the connection was verified against; empty when there was no ssh. */
  hostKey: z.string(),
  /** Version of the installed gate that ran it; empty when the agent came with the request. */
  gate: z.string(),
});
export type Identity = z.infer<typeof identitySchema>;

const streamEnd = z.strictObject({ bytes: z.int(), sha256: z.string() });
export const endedSchema = z.discriminatedUnion('how', [
  z.strictObject({
    how: z.enum(['complete', 'truncated', 'overtime', 'cancelled']),
    ...{ exit: z.int(), stdout: streamEnd, stderr: streamEnd },
  }),
  z.strictObject({ how: z.enum(['refused', 'lost']), message: z.string() }),
]);
export type EndedStep = z.infer<typeof endedSchema>;

/** The role that several machines play, and their names. */
export const membersSchema = z.strictObject({ role: z.string(), machines: z.array(z.string()) });

const header = z.strictObject({
  kind: z.literal('header'),
  run: z.string(),
  writeup: z.string(),
  check: z.string(),
  /** The check's title at that time: a record stays readable when the check is gone. */
  title: z.string(),
  /** SHA-256 of the check that it was judged by. */
  checkHash: z.string(),
  documented: z.string(),
  steps: z.array(z.strictObject({ id: z.string(), role: z.string(), command: z.string() })),
  /** The machines for which the check ran, one after the other; missing where it ran once. */
  members: z.optional(membersSchema),
  fleet: z.string(),
  source: resultSourceSchema,
  condition: z.string(),
  /** UTC, ISO 8601. */
  startedAt: z.string(),
  /** The commit that the writeup was read from, followed by `+` when files differed from it; empty when it is not known. */
  commit: z.string(),
  /** Who started it, by the name that others see. */
  by: z.string(),
});

/** Every kind of entry but output, which carries bytes. `step` is the id of a step. */
export const eventSchema = z.discriminatedUnion('kind', [
  header,
  z.strictObject({
    kind: z.literal('step-started'),
    step: z.string(),
    machine: z.string(),
    identity: identitySchema,
  }),
  /** A background step listens, or was asked to stop; text for the reader. */
  z.strictObject({ kind: z.literal('step-note'), step: z.string(), message: z.string() }),
  z.strictObject({
    kind: z.literal('step-ended'),
    step: z.string(),
    ended: endedSchema,
    seconds: z.number(),
  }),
  z.strictObject({ kind: z.literal('step-failed'), step: z.string(), problem: problemSchema }),
  z.strictObject({ kind: z.literal('judged'), judgement: judgementSchema }),
  /** The last entry. `interrupted` is written by the next server when the one that ran it died. */
  z.strictObject({
    kind: z.literal('closed'),
    how: z.enum(['finished', 'cancelled', 'interrupted']),
    endedAt: z.string(),
  }),
]);
export type RunEvent = z.infer<typeof eventSchema>;

export type Output = {
  readonly kind: 'output';
  readonly step: string;
  readonly stream: z.infer<typeof streamSchema>;
  readonly bytes: Uint8Array;
};

/** On the wire only: stands for entries up to `until` that a late viewer did not ask for. They are in the record. */
export const skippedSchema = z.strictObject({
  kind: z.literal('skipped'),
  /** The number of the first entry after them. */
  until: z.int(),
  /** Bytes of output by step. */
  bytes: z.record(z.string(), z.int()),
});
export type Skipped = z.infer<typeof skippedSchema>;

export type Entry = {
  /** 0, 1, 2, …: no gap, no double. */
  readonly seq: number;
  /** Milliseconds since the run's header. */
  readonly at: number;
  readonly body: RunEvent | Output | Skipped;
};

const recordedEntry = z.strictObject({
  seq: z.int(),
  at: z.number(),
  body: z.union([
    eventSchema,
    z.strictObject({ kind: z.literal('output'), step: z.string(), stream: streamSchema, base64: z.string() }),
  ]),
});

export const recordingSchema = z.strictObject({
  /** UTC, ISO 8601. */
  recordedAt: z.string(),
  runs: z.array(z.array(recordedEntry)),
});
export type Recording = z.infer<typeof recordingSchema>;

/** The entries of one recorded run, with `source: recording` in the header. `fromBase64` is handed in: Node and browsers differ. */
export function playable(run: Recording['runs'][number], fromBase64: (text: string) => Uint8Array): Entry[] {
  return run.map(({ seq, at, body }) => {
    if (body.kind === 'header') return { seq, at, body: { ...body, source: 'recording' } };
    if (body.kind !== 'output') return { seq, at, body };
    const { base64, ...output } = body;
    return { seq, at, body: { ...output, bytes: fromBase64(base64) } };
  });
}
