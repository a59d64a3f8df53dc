/** A picture of attempts: each is a line over the drawing, drawn by how its latest run ended, and by which way where that was seen. */
import * as z from 'zod/mini';
import { drawingShape, idSchema, lineSchema, placeSchema, sentenceSchema } from './drawing.ts';
import { segmentStates } from './path.ts';

const endingSchema = z.strictObject({
  id: idSchema.check(z.describe('Its name in `ways`.')),
  message: z.string().check(z.minLength(3), z.describe('How it ended, for readers.')),
  sign: z
    .enum(['arrow', 'cross', 'dots', 'query'])
    .check(z.describe('An arrow arrives; the other signs stand where the line stops.')),
  tone: z.enum(['good', 'bad', 'unsure']).check(z.describe('Its colour.')),
  outcomes: z.array(idSchema).check(z.describe('The outcomes of its check that end so.')),
});
export type Ending = z.infer<typeof endingSchema>;

const segmentState = {
  segment: idSchema.check(z.describe('A segment of the path')),
  state: z.enum(segmentStates).check(z.describe('and its state.')),
};
const waySchema = z.strictObject({
  id: idSchema.check(z.describe('Its name in `attempts`.')),
  message: sentenceSchema.check(z.describe('The way, for readers.')),
  when: z.strictObject(segmentState).check(z.describe('The state of the path that shows it.')),
  endings: z.optional(z.array(idSchema)).check(z.describe('Those that fit it; all when missing.')),
});

const drawnBase = {
  way: z.optional(idSchema).check(z.describe('Without it, the line where nothing is known of the way.')),
  line: lineSchema,
};
const mark = placeSchema.check(z.describe('Where the sign stands.'));
const drawn = z.describe(
  '`through`: it arrived. `stopped`: it ended on the way. `begun`: nothing is known of its end.',
);
const drawnSchema = z.discriminatedUnion('shows', [
  z.strictObject({ shows: z.literal('through').check(drawn), ...drawnBase }),
  z.strictObject({ shows: z.literal('stopped').check(drawn), ...drawnBase, mark }),
  z.strictObject({ shows: z.literal('begun').check(drawn), line: lineSchema, mark }),
]);

const attemptSchema = z.strictObject({
  check: idSchema.check(z.describe('The check that makes it.')),
  name: z.string().check(z.minLength(3), z.describe('From where to where.')),
  number: placeSchema.check(z.describe('Where its number stands.')),
  way: z
    .optional(idSchema)
    .check(z.describe('The way as the page states it. Without it, this attempt has no ways.')),
  onlyWay: z.optional(z.literal(true)).check(z.describe('There is one way only, so it is always known.')),
  lines: z.array(drawnSchema).check(z.describe('A line for each combination of ending and way.')),
});

const live = z.describe(
  '`machine`: whether the machine of a role answers. `observed`: what a check observed. `path`: what the path shows of an attempt.',
);
const liveBase = { id: idSchema.check(z.describe('The name that a text has in `live`.')) };
const liveSchema = z.discriminatedUnion('shows', [
  z.strictObject({
    ...liveBase,
    shows: z.literal('machine').check(live),
    role: idSchema.check(z.describe('The role.')),
  }),
  z.strictObject({
    ...liveBase,
    shows: z.literal('observed').check(live),
    check: idSchema.check(z.describe('The check.')),
    outcomes: z.array(idSchema).check(z.describe('For these, one word of it only.')),
    word: z.int().check(z.gte(1), z.describe('The number of that word.')),
    add: z.string().check(z.describe('What follows it where there is room.')),
    room: z.int().check(z.describe('How many characters there is room for.')),
  }),
  z.strictObject({
    ...liveBase,
    shows: z.literal('path').check(live),
    attempt: idSchema.check(z.describe('The check of the attempt.')),
    states: z
      .array(z.strictObject({ ...segmentState, message: z.string().check(z.describe('The words then.')) }))
      .check(z.describe('The first that holds counts.')),
    otherwise: z.string().check(z.describe('The words when none holds.')),
  }),
]);
export type LiveText = z.infer<typeof liveSchema>;

export const attemptsSchema = z.strictObject({
  kind: z.literal('attempts').check(z.describe('Attempts are lines over the drawing.')),
  ...drawingShape,
  path: z.optional(idSchema).check(z.describe('The picture of the path whose segments show the ways.')),
  endings: z.array(endingSchema).check(z.minLength(1), z.describe('How an attempt can end.')),
  ways: z
    .array(waySchema)
    .check(z.describe('The possible ways of an attempt: the first whose state holds counts.')),
  unseen: sentenceSchema.check(z.describe('The sentence where no way is known.')),
  // At most as many as the styles can tell apart.
  attempts: z.array(attemptSchema).check(z.minLength(1), z.maxLength(8), z.describe('The attempts.')),
  live: z
    .array(liveSchema)
    .check(z.describe('Words of texts once there are runs; a text names one by `live`.')),
});
export type AttemptsPicture = z.infer<typeof attemptsSchema>;
