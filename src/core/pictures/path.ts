/** A picture of a path: its segments, and which observations prove that something passed them, ended there, or did not pass. */
import * as z from 'zod/mini';
import { drawingShape, idSchema, placeSchema, sentenceSchema } from './drawing.ts';

/** Something passed it; ended at it; nothing passed it; no proof of any of these. */
export const segmentStates = ['seen', 'ended', 'not-passed', 'unknown'] as const;
export type SegmentState = (typeof segmentStates)[number];
export const STATE_WORD: Readonly<Record<SegmentState, string>> = {
  ...{ seen: 'seen', ended: 'ended here', 'not-passed': 'not passed', unknown: 'not known' },
};

export const segmentsOf = <Segment>(path: {
  readonly legs: readonly { readonly segments: readonly Segment[] }[];
}): readonly Segment[] => path.legs.flatMap(({ segments }) => segments);

const sightSchema = z.strictObject({
  checks: z.array(idSchema).check(z.minLength(1), z.describe('One of these checks')),
  outcomes: z.array(idSchema).check(z.minLength(1), z.describe('had one of these outcomes,')),
  saying: z
    .optional(z.string().check(z.minLength(1)))
    .check(z.describe('and the observed text has these words.')),
});
export type Sight = z.infer<typeof sightSchema>;

const proofSchema = z.strictObject({
  from: z.array(sightSchema).check(z.minLength(1), z.describe('What has to be seen, all of it.')),
  shows: z
    .array(
      z.strictObject({
        segments: z.array(idSchema).check(z.minLength(1), z.describe('Ids of segments.')),
        state: z
          .enum(segmentStates)
          .check(
            z.describe(
              'Something passed it; ended at it; nothing passed it; or no proof of any of these, which explains more than `unseen`.',
            ),
          ),
        message: sentenceSchema.check(z.describe('What a reader is told.')),
      }),
    )
    .check(
      z.minLength(1),
      z.describe('What that proves. Claim no more than the outcome shows: an answer proves no path.'),
    ),
});
export type Proof = z.infer<typeof proofSchema>;

const segmentSchema = z.strictObject({
  id: idSchema.check(z.describe('Its name in nodes, links and proofs.')),
  name: z.string().check(z.minLength(1), z.describe('Its name for readers.')),
  unseen: sentenceSchema.check(z.describe('The sentence while no check shows anything of it.')),
  sign: z
    .optional(
      z.strictObject({
        at: placeSchema.check(z.describe('Where.')),
        crossed: z.optional(z.literal('not-passed')).check(z.describe('Also that nothing passed.')),
      }),
    )
    .check(z.describe('Where to mark that the path ends here or is unknown.')),
});
export type Segment = z.infer<typeof segmentSchema>;

export const pathSchema = z.strictObject({
  kind: z.literal('path').check(z.describe('Segments of one path light up.')),
  ...drawingShape,
  stated: z
    .optional(sentenceSchema)
    .check(z.describe('The path as the page states it, in a sentence or two.')),
  legs: z
    .array(
      z.strictObject({
        name: z.string().check(z.minLength(1), z.describe('Its name for readers.')),
        segments: z.array(segmentSchema).check(z.minLength(1), z.describe('Its segments, in order.')),
      }),
    )
    .check(z.minLength(1), z.describe('In the order of the path.')),
  proofs: z
    .array(proofSchema)
    .check(z.describe('What results prove of segments. One without proof is unknown.')),
});
export type PathPicture = z.infer<typeof pathSchema>;
/** What its states are computed from. */
export type PathRules = Pick<PathPicture, 'legs' | 'proofs'>;
