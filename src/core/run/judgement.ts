/** The shape of what the judge concludes from a run, and the judgement that concludes nothing. */
import * as z from 'zod/mini';
import {
  limitationSchema,
  type Problem,
  type ProblemKind,
  problemSchema,
  serviceSchema,
  verdictSchema,
} from '../vocabulary.ts';

/** One expectation or control, compared. `observed` is a short plain text for people. */
const findingSchema = z.strictObject({
  part: z.enum(['control', 'expectation']),
  /** The expectation in words, for example "exit of `curl` is 7". */
  message: z.string(),
  holds: z.boolean(),
  observed: z.string(),
  /** Of values of several machines that were compared with each other: each with the role of its machine. */
  values: z.optional(z.array(z.strictObject({ role: z.string(), observed: z.string() }))),
});
export type Finding = z.infer<typeof findingSchema>;

/** What one machine came to, where a check takes every machine of a role. `message`: why nothing was concluded there. */
const memberSchema = z.strictObject({
  name: z.string(),
  verdict: verdictSchema,
  observed: z.string(),
  message: z.optional(z.string()),
});

export const judgementSchema = z.strictObject({
  verdict: verdictSchema,
  problem: z.optional(problemSchema),
  findings: z.array(findingSchema),
  /** Plain text, set beside the documented value word for word. */
  observed: z.string(),
  /** The outcome of the check that explains it: its place in the list, from 1, or `otherwise`. Records of judge 1 have none. */
  outcome: z.optional(z.string()),
  /** What this outcome means, from the check's author. */
  means: z.string(),
  limitation: z.optional(limitationSchema),
  service: z.optional(serviceSchema),
  members: z.optional(z.array(memberSchema)),
  /** Version of the judge; 0 when the run never got to a judge. */
  judge: z.int(),
});
export type Judgement = z.infer<typeof judgementSchema>;

/** Concludes nothing, because of this problem. `judged`: what was compared before, if anything was. */
export function inconclusive(
  problem: Problem,
  { findings, judge }: Pick<Judgement, 'findings' | 'judge'> = { findings: [], judge: 0 },
  means: string = problem.message,
): Judgement {
  return { verdict: 'inconclusive', problem, findings, observed: notKnown(problem.kind), means, judge };
}

/** Stands where the observed value would. */
export const notKnown = (kind: ProblemKind): string => `not known: ${kind.replaceAll('-', ' ')}`;
