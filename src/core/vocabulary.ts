/** The words that every room shares: verdicts, problems, source. What leads to them is left to `judge.ts`. */
import * as z from 'zod/mini';

export const verdictSchema = z.enum(['agrees', 'differs', 'inconclusive']);
/** `agrees` means "the page is right about this row", never "the service is well". */
export type Verdict = z.infer<typeof verdictSchema>;

/** The state of a lab that its page documents: every lab has a cause of this name, starts in it, and goes back to it. */
export const AS_DOCUMENTED = 'as-documented';

/** Why a row could not be judged. The list is closed: a new cause is a decision, not a string. */
export const problemKinds = [
  'no-such-vantage',
  'unreachable',
  'host-key',
  'refused-login',
  'not-an-agent',
  'wrong-machine',
  'not-permitted',
  'no-credentials',
  'missing-command',
  'not-ready',
  'timed-out',
  'truncated',
  'lost',
  'cancelled',
  'interrupted',
  'unparsable',
  'control-failed',
  'blocked',
  'condition-changed',
  'not-recorded',
  'internal-error',
] as const;

export const problemSchema = z.strictObject({
  kind: z.enum(problemKinds),
  /** One or two sentences for the reader: what was expected, what was found, what to do next. */
  message: z.string(),
  step: z.optional(z.string()),
});
export type Problem = z.infer<typeof problemSchema>;
export type ProblemKind = Problem['kind'];

export const resultSourceSchema = z.enum(['live', 'lab', 'recording']);
/** Where evidence came from: real machines, the stand-in lab, or a committed recording of the lab. */
export type ResultSource = z.infer<typeof resultSourceSchema>;

export const limitationSchema = z.enum(['reproduces', 'gone']);
/** What one row says about the limitation itself, apart from its verdict. */
export type LimitationSign = z.infer<typeof limitationSchema>;

export const streamSchema = z.enum(['stdout', 'stderr']);
export type Stream = z.infer<typeof streamSchema>;

/** Says that a fault is ours, and where its cause is. */
export const internalError = 'Something in Vantage itself failed; the cause is in the server log.';

/** Ends a switch: the compiler refuses the call while a case is missing. */
export function never(value: never): never {
  throw new Error(`unexpected case: ${JSON.stringify(value)}`);
}
