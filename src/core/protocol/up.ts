/** What a page may say to the server: ids only, never a command, an address or a path. */
import * as z from 'zod/mini';
import { idSchema, recordIdPattern } from '../vocabulary.ts';

const runId = z.string().check(z.regex(recordIdPattern));
const key = z.string().check(z.regex(/^[A-Za-z0-9_-]{8,64}$/));

export const upSchema = z.discriminatedUnion('type', [
  /** Sent once, first: whose runs this page wants to hear of. */
  z.strictObject({
    type: z.literal('watch'),
    writeup: idSchema,
    /** Made by the page, kept over a reload: who holds the lab's lease. */ reader: z.optional(key),
  }),
  /** Takes checks of the watched writeup. The same key again is the same click, not a second run. */
  z.strictObject({
    type: z.literal('run'),
    key,
    checks: z.array(idSchema).check(z.minLength(1), z.maxLength(64)),
  }),
  z.strictObject({ type: z.literal('cancel'), run: runId }),
  /** Entries of a run from number `from` on, then as they come. */
  z.strictObject({
    type: z.literal('follow'),
    run: runId,
    from: z.int().check(z.gte(0)),
    /** Of the output that is there already, send only about the last so many bytes; what is left out is told as `skipped`. */
    tail: z.optional(z.int().check(z.gte(1024))),
  }),
  z.strictObject({ type: z.literal('unfollow'), run: runId }),
  /** Puts the lab into a condition, a remedy on top of a cause if one is named, and takes or renews its lease. */
  z.strictObject({
    type: z.literal('condition'),
    key,
    cause: idSchema,
    remedy: z.optional(idSchema),
  }),
  /** Gives the lab back: the condition it started in, and no holder. */
  z.strictObject({ type: z.literal('release'), key }),
  /** Asks to have the lab when its holder is done. */
  z.strictObject({ type: z.literal('ask'), key }),
  /** Makes a pinned set of runs that have ended, with a title and a note in Markdown: what a review concludes with. */
  z.strictObject({
    type: z.literal('freeze'),
    key,
    runs: z.array(runId).check(z.minLength(1), z.maxLength(64)),
    title: z.string().check(z.minLength(1), z.maxLength(120)),
    note: z.string().check(z.maxLength(8000)),
  }),
  /** Shows others what this page presents; `null` ends it. One reader presents a writeup at a time. */
  z.strictObject({
    type: z.literal('present'),
    key,
    at: z.nullable(
      z.strictObject({ slide: idSchema, view: z.enum(['check', 'matrix', 'difference', 'picture']) }),
    ),
  }),
]);
export type Up = z.infer<typeof upSchema>;

/** What a page said, or nothing when it is no message of the protocol. Never throws, whatever the text holds. */
export function readUp(text: string): Up | undefined {
  try {
    const parsed = upSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
