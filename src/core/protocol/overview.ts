/** What the newest runs of a writeup show as a whole: the limitation, its pictures, and what differs. Made by `core/overview.ts`; a page only draws it. */
import * as z from 'zod/mini';
import { resultSourceSchema } from '../vocabulary.ts';

const limitationView = z.object({
  word: z.string(),
  sign: z.string(),
  look: z.string(),
  /** What the deciding runs show, in a sentence without its stop. */
  why: z.string(),
  /** When the oldest of them ended, UTC, and where they ran, if that is one place. */
  since: z.optional(z.string()),
  source: z.optional(resultSourceSchema),
  /** Other conditions than the documented one. */
  conditions: z.array(z.string()),
});
export type LimitationView = z.infer<typeof limitationView>;

const attemptView = z.object({
  check: z.string(),
  at: z.enum(['documented', 'inconclusive', 'observed']),
  sign: z.string(),
  tone: z.string(),
  differs: z.boolean(),
  source: z.optional(resultSourceSchema),
  /** The name of its line that is shown, and of the documented one behind it. */
  line: z.string(),
  behind: z.optional(z.string()),
  /** How it ended, and more of its run; neither before one. */
  word: z.optional(z.string()),
  title: z.optional(z.string()),
  /** The words that follow; without them it ended as documented. */
  message: z.optional(z.string()),
});
export type AttemptView = z.infer<typeof attemptView>;

const attemptsView = z.object({
  kind: z.literal('attempts'),
  attempts: z.array(attemptView),
  /** The live texts, by their ids. */
  texts: z.record(z.string(), z.string()),
  from: z.string(),
});
export type AttemptsView = z.infer<typeof attemptsView>;

const pathView = z.object({
  kind: z.literal('path'),
  segments: z.array(
    z.object({
      segment: z.string(),
      state: z.string(),
      word: z.string(),
      message: z.string(),
      /** The checks that say so. */
      checks: z.array(z.string()),
    }),
  ),
  source: resultSourceSchema,
  from: z.string(),
});
export type PathView = z.infer<typeof pathView>;

export const overviewSchema = z.object({
  /** Of how many checks there is a run. */
  runs: z.int(),
  limitation: z.optional(limitationView),
  /** By check, of a run whose result is not word for word the documented one: both, in reading order. */
  differences: z.record(
    z.string(),
    z.object({
      run: z.string(),
      parts: z.array(z.object({ text: z.string(), only: z.enum(['both', 'documented', 'observed']) })),
    }),
  ),
  /** By the names of their files. A path without a run is drawn as it was built. */
  pictures: z.record(z.string(), z.discriminatedUnion('kind', [attemptsView, pathView])),
});
export type Overview = z.infer<typeof overviewSchema>;
