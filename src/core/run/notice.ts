/** The shape of a notice: what the history of a writeup says about the writeup itself. */
import * as z from 'zod/mini';

export const noticeSchema = z.object({
  kind: z.enum(['review-due', 'versions-changed', 'no-longer-reproduces']),
  /** For the reader: what was expected, what was found, what to do next. */
  message: z.string(),
  /** A path on this server where more is, for instance the ready change to the writeup. */
  more: z.optional(z.string()),
});
export type Notice = z.infer<typeof noticeSchema>;
