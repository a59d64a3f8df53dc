/** Recordings: real runs of the lab, committed with the site and played where there is no server. Their source is always `recording`. */
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
    if (body.kind === 'output')
      return {
        seq,
        at,
        body: { kind: 'output', step: body.step, stream: body.stream, bytes: fromBase64(body.base64) },
      };
    return { seq, at, body: body.kind === 'header' ? { ...body, source: 'recording' } : body };
  });
}
