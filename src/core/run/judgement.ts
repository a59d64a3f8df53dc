/** What the judge says about a run: its shape. How it comes about is left to `judge.ts`. */
import * as z from 'zod/mini';
import { limitationSchema, problemSchema, verdictSchema } from '../vocabulary.ts';

/** One expectation or control, compared. `documented` and `observed` are short plain texts for people. */
export const findingSchema = z.strictObject({
  part: z.enum(['control', 'expectation']),
  /** The expectation in words, for example "exit of `curl` is 7". */
  message: z.string(),
  holds: z.boolean(),
  observed: z.string(),
});
export type Finding = z.infer<typeof findingSchema>;

export const judgementSchema = z.strictObject({
  verdict: verdictSchema,
  problem: z.optional(problemSchema),
  findings: z.array(findingSchema),
  /** Plain text, set beside the documented value word for word. */
  observed: z.string(),
  /** Which outcome of the check explains it: its place in the list, from 1, or `otherwise`. Records of judge 1 have none. */
  outcome: z.optional(z.string()),
  /** What this outcome means, from the check's author. */
  means: z.string(),
  limitation: z.optional(limitationSchema),
  /** Version of the judge that said so. */
  judge: z.int(),
});
export type Judgement = z.infer<typeof judgementSchema>;
