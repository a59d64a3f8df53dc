/** Recordings: real runs of the lab, committed with the site and played where there is no server. */
import * as z from 'zod/mini';
import { type Entry, eventSchema } from './entry.ts';
import { streamSchema } from '../vocabulary.ts';

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
