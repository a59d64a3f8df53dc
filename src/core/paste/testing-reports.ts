/** What people pasted into public threads, and what the diagnosis makes of it: the shape of a writeup's reports.yaml. */
import * as z from 'zod/mini';

const line = z.string().check(z.minLength(4), z.regex(/^[^\r\n]*$/));

const publicReportSchema = z.strictObject({
  /** The thread, as `owner/repository#number`, or another public place. */
  source: line,
  title: line,
  /** Of our own making, in the shape of what was pasted there. */
  paste: z.string().check(z.minLength(1)),
  /** The thread tells it in words, or shows a part. */
  told: z.optional(z.literal(true)),
  /** The cause that the thread settled on, by its name in the lab; `other: …`, or `unknown`. */
  thread: line,
  /** Causes that the diagnosis cannot tell apart; `asks: …` where it has to ask, with the command; empty where nothing was read. */
  vantage: z.array(line),
  /** Where the two differ. */
  why: z.optional(line),
  /** Not looked at while the reader was tuned. */
  heldBack: z.optional(z.literal(true)),
});
export const publicReportsSchema = z.strictObject({ reports: z.array(publicReportSchema) });
