/** The messages from a page to the server: ids only, never a command, an address or a path. */
import * as z from 'zod/mini';
import { idSchema, recordIdPattern } from '../vocabulary.ts';

const runId = z.string().check(z.regex(recordIdPattern));
const key = z.string().check(z.regex(/^[A-Za-z0-9_-]{8,64}$/));

export const upSchema = z.discriminatedUnion('type', [
  /** Sent once, first: the writeup whose runs this page wants to follow. */
  z.strictObject({
    type: z.literal('watch'),
    writeup: idSchema,
    /** Made by the page and kept over a reload: the holder of the lab's lease. */
    reader: z.optional(key),
  }),
  /** Runs checks of the watched writeup. The same key again is the same click, not a second run. */
  z.strictObject({
    type: z.literal('run'),
    key,
    checks: z.array(idSchema).check(z.minLength(1), z.maxLength(64)),
  }),
  z.strictObject({ type: z.literal('cancel'), run: runId }),
  /** Asks for the entries of a run from number `from` on, then as they come. */
  z.strictObject({
    type: z.literal('follow'),
    run: runId,
    from: z.int().check(z.gte(0)),
    /** Of existing output, send about the last `tail` bytes only; `skipped` stands for the rest. */
    tail: z.optional(z.int().check(z.gte(1024))),
  }),
  z.strictObject({ type: z.literal('unfollow'), run: runId }),
  /** Applies a condition to the lab, with a remedy on top of a cause if one is named, and gets or renews its lease. */
  z.strictObject({
    type: z.literal('condition'),
    key,
    cause: idSchema,
    remedy: z.optional(idSchema),
  }),
  /** Returns the lab to the condition it started in, without a holder. */
  z.strictObject({ type: z.literal('release'), key }),
  /** Asks for the lab when its holder is done. */
  z.strictObject({ type: z.literal('ask'), key }),
  /** Saves a pinned set of ended runs, with a title and a note in Markdown: the result of a review. */
  z.strictObject({
    type: z.literal('save'),
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

/** The message of a page, or nothing when it is not one of the protocol. Never throws. */
export function readUp(text: string): Up | undefined {
  try {
    const parsed = upSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
