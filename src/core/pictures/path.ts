/** A picture of a path: its segments, and which observations prove that something passed them, ended there, or did not pass. */
import * as z from 'zod/mini';
import { drawingShape, idSchema, placeSchema, sentenceSchema } from './drawing.ts';

/** Something passed it; ended at it; nothing passed it; no proof of any of these. */
export const segmentStates = ['seen', 'ended', 'not-passed', 'unknown'] as const;
export type SegmentState = (typeof segmentStates)[number];
export const STATE_WORD: Readonly<Record<SegmentState, string>> = {
  ...{ seen: 'seen', ended: 'ended here', 'not-passed': 'not passed', unknown: 'not known' },
};

/** One of these checks had one of these outcomes. `saying`: and the observed text has these words. */
const sightSchema = z.strictObject({
  checks: z.array(idSchema).check(z.minLength(1)),
  outcomes: z.array(idSchema).check(z.minLength(1)),
  saying: z.optional(z.string().check(z.minLength(1))),
});
export type Sight = z.infer<typeof sightSchema>;

/** What all these sights together show. `unknown` proves nothing, but explains more than `unseen`. */
const proofSchema = z.strictObject({
  from: z.array(sightSchema).check(z.minLength(1)),
  shows: z
    .array(
      z.strictObject({
        segments: z.array(idSchema).check(z.minLength(1)),
        state: z.enum(segmentStates),
        message: sentenceSchema,
      }),
    )
    .check(z.minLength(1)),
});
export type Proof = z.infer<typeof proofSchema>;

const segmentSchema = z.strictObject({
  id: idSchema,
  name: z.string().check(z.minLength(1)),
  /** The sentence while no check shows anything of it. */
  unseen: sentenceSchema,
  /** Where to mark that the path ends here or is unknown; with `crossed`, also that nothing passed. */
  sign: z.optional(z.strictObject({ at: placeSchema, crossed: z.optional(z.literal('not-passed')) })),
});
export type Segment = z.infer<typeof segmentSchema>;

export const pathSchema = z.strictObject({
  kind: z.literal('path'),
  ...drawingShape,
  /** The path as the page states it, in a sentence or two. */
  stated: z.optional(sentenceSchema),
  /** In the order of the path. */
  legs: z
    .array(
      z.strictObject({
        name: z.string().check(z.minLength(1)),
        segments: z.array(segmentSchema).check(z.minLength(1)),
      }),
    )
    .check(z.minLength(1)),
  proofs: z.array(proofSchema),
});
export type PathPicture = z.infer<typeof pathSchema>;
/** What its states are computed from. */
export type PathRules = Pick<PathPicture, 'legs' | 'proofs'>;

export const segmentsOf = ({ legs }: Pick<PathPicture, 'legs'>): readonly Segment[] =>
  legs.flatMap(({ segments }) => segments);
