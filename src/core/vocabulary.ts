/** The words that every room shares: ids, verdicts, problems, sources. */
import * as z from 'zod/mini';

/** The name of a check, a step, a value, a role, a writeup or a condition. */
export const idSchema = z
  .string()
  .check(
    z.regex(
      /^[a-z][a-z0-9-]{0,47}$/,
      'write a name of lower-case letters, digits and hyphens, for example `disk-space`',
    ),
  );
/** The id of a run or a set: a ULID. */
export const recordIdPattern = /^[0-9A-HJKMNP-TV-Z]{26}$/;

export const verdictSchema = z.enum(['agrees', 'differs', 'inconclusive']);
/** `agrees` means "the page is right about this row", never "the service is well". */
export type Verdict = z.infer<typeof verdictSchema>;

/** The condition of a lab that its page documents. Every lab has a cause of this name, starts in it, and returns to it. */
export const AS_DOCUMENTED = 'as-documented';

/** Why a row could not be judged. The list is closed. */
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
  'not-pasted',
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
/** What a reader sees may also have been pasted. No message and no record carries that. */
export type ShownSource = ResultSource | 'pasted';

export const limitationSchema = z.enum(['reproduces', 'gone']);
/** What one row shows of the limitation, apart from its verdict. */
export type LimitationSign = z.infer<typeof limitationSchema>;
/** What one row shows of the service itself, whatever the limitation. */
export const serviceSchema = z.enum(['up', 'down']);

export const streamSchema = z.enum(['stdout', 'stderr']);
export type Stream = z.infer<typeof streamSchema>;

/** Says that a fault is ours, and where its cause is. */
export const internalError = 'Something in Vantage itself failed; the cause is in the server log.';

/** Ends a switch: the compiler refuses the call while a case is missing. */
export function never(value: never): never {
  throw new Error(`unexpected case: ${JSON.stringify(value)}`);
}
