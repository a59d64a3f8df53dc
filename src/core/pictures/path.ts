/** A picture of a path: its segments, and which observations prove that something passed them, ended there, or did not pass. */
import * as z from '../text/schema.ts';
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
  checks: z.field(z.array(idSchema).check(z.minLength(1)), 'One of these checks'),
  outcomes: z.field(z.array(idSchema).check(z.minLength(1)), 'had one of these outcomes,'),
  saying: z.optionalField(z.string().check(z.minLength(1)), 'and the observed text has these words.'),
});
export type Sight = z.infer<typeof sightSchema>;

const proofSchema = z.strictObject({
  from: z.field(z.array(sightSchema).check(z.minLength(1)), 'What has to be seen, all of it.'),
  shows: z.field(
    z
      .array(
        z.strictObject({
          segments: z.field(z.array(idSchema).check(z.minLength(1)), 'Ids of segments.'),
          state: z.field(
            z.enum(segmentStates),
            'Something passed it; ended at it; nothing passed it; or no proof of any of these, which explains more than `unseen`.',
          ),
          message: z.field(sentenceSchema, 'What a reader is told.'),
        }),
      )
      .check(z.minLength(1)),
    'What that proves. Claim no more than the outcome shows: an answer proves no path.',
  ),
});
export type Proof = z.infer<typeof proofSchema>;

const segmentSchema = z.strictObject({
  id: z.field(idSchema, 'Its name in nodes, links and proofs.'),
  name: z.field(z.string().check(z.minLength(1)), 'Its name for readers.'),
  unseen: z.field(sentenceSchema, 'The sentence while no check shows anything of it.'),
  sign: z.optionalField(
    z.strictObject({
      at: z.field(placeSchema, 'Where.'),
      crossed: z.optionalField(z.literal('not-passed'), 'Also that nothing passed.'),
    }),
    'Where to mark that the path ends here or is unknown.',
  ),
});
export type Segment = z.infer<typeof segmentSchema>;

export const pathSchema = z.strictObject({
  kind: z.field(z.literal('path'), 'Segments of one path light up.'),
  ...drawingShape,
  stated: z.optionalField(sentenceSchema, 'The path as the page states it, in a sentence or two.'),
  legs: z.field(
    z
      .array(
        z.strictObject({
          name: z.field(z.string().check(z.minLength(1)), 'Its name for readers.'),
          segments: z.field(z.array(segmentSchema).check(z.minLength(1)), 'Its segments, in order.'),
        }),
      )
      .check(z.minLength(1)),
    'In the order of the path.',
  ),
  proofs: z.field(z.array(proofSchema), 'What results prove of segments. One without proof is unknown.'),
});
export type PathPicture = z.infer<typeof pathSchema>;
export type PathRules = Pick<PathPicture, 'legs' | 'proofs'>;
