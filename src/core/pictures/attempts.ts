/** A picture of attempts: each is a line over the drawing, drawn by how its latest run ended, and by which way where that was seen. */
import * as z from '../text/schema.ts';
import { drawingShape, idSchema, lineSchema, placeSchema, sentenceSchema } from './drawing.ts';
import { segmentStates } from './path.ts';

const endingSchema = z.strictObject({
  id: z.field(idSchema, 'Its name in `ways`.'),
  message: z.field(z.string().check(z.minLength(3)), 'How it ended, for readers.'),
  sign: z.field(
    z.enum(['arrow', 'cross', 'dots', 'query']),
    'An arrow arrives; the other signs stand where the line stops.',
  ),
  tone: z.field(z.enum(['good', 'bad', 'unsure']), 'Its colour.'),
  outcomes: z.field(z.array(idSchema), 'The outcomes of its check that end so.'),
});
export type Ending = z.infer<typeof endingSchema>;

const segmentState = {
  segment: z.field(idSchema, 'A segment of the path'),
  state: z.field(z.enum(segmentStates), 'and its state.'),
};
const waySchema = z.strictObject({
  id: z.field(idSchema, 'Its name in `attempts`.'),
  message: z.field(sentenceSchema, 'The way, for readers.'),
  when: z.field(z.strictObject(segmentState), 'The state of the path that shows it.'),
  endings: z.optionalField(z.array(idSchema), 'Those that fit it; all when missing.'),
});

const drawnBase = {
  way: z.optionalField(idSchema, 'Without it, the line where nothing is known of the way.'),
  line: lineSchema,
};
const mark = z.field(placeSchema, 'Where the sign stands.');
const drawn = z.describe(
  '`through`: it arrived. `stopped`: it ended on the way. `begun`: nothing is known of its end.',
);
const drawnSchema = z.discriminatedUnion('shows', [
  z.strictObject({ shows: z.literal('through').check(drawn), ...drawnBase }),
  z.strictObject({ shows: z.literal('stopped').check(drawn), ...drawnBase, mark }),
  z.strictObject({ shows: z.literal('begun').check(drawn), line: lineSchema, mark }),
]);

const attemptSchema = z.strictObject({
  check: z.field(idSchema, 'The check that makes it.'),
  name: z.field(z.string().check(z.minLength(3)), 'From where to where.'),
  number: z.field(placeSchema, 'Where its number stands.'),
  way: z.optionalField(idSchema, 'The way as the page states it. Without it, this attempt has no ways.'),
  onlyWay: z.optionalField(z.literal(true), 'There is one way only, so it is always known.'),
  lines: z.field(z.array(drawnSchema), 'A line for each combination of ending and way.'),
});

const live = z.describe(
  '`machine`: whether the machine of a role answers. `observed`: what a check observed. `path`: what the path shows of an attempt.',
);
const liveBase = { id: z.field(idSchema, 'The name that a text has in `live`.') };
const liveSchema = z.discriminatedUnion('shows', [
  z.strictObject({
    ...liveBase,
    shows: z.literal('machine').check(live),
    role: z.field(idSchema, 'The role.'),
  }),
  z.strictObject({
    ...liveBase,
    shows: z.literal('observed').check(live),
    check: z.field(idSchema, 'The check.'),
    outcomes: z.field(z.array(idSchema), 'For these, one word of it only.'),
    word: z.field(z.int().check(z.gte(1)), 'The number of that word.'),
    add: z.field(z.string(), 'What follows it where there is room.'),
    room: z.field(z.int(), 'How many characters there is room for.'),
  }),
  z.strictObject({
    ...liveBase,
    shows: z.literal('path').check(live),
    attempt: z.field(idSchema, 'The check of the attempt.'),
    states: z.field(
      z.array(z.strictObject({ ...segmentState, message: z.field(z.string(), 'The words then.') })),
      'The first that holds counts.',
    ),
    otherwise: z.field(z.string(), 'The words when none holds.'),
  }),
]);
export type LiveText = z.infer<typeof liveSchema>;

export const attemptsSchema = z.strictObject({
  kind: z.field(z.literal('attempts'), 'Attempts are lines over the drawing.'),
  ...drawingShape,
  path: z.optionalField(idSchema, 'The picture of the path whose segments show the ways.'),
  endings: z.field(z.array(endingSchema).check(z.minLength(1)), 'How an attempt can end.'),
  ways: z.field(z.array(waySchema), 'The possible ways of an attempt: the first whose state holds counts.'),
  unseen: z.field(sentenceSchema, 'The sentence where no way is known.'),
  // At most as many as the styles can tell apart.
  attempts: z.field(z.array(attemptSchema).check(z.minLength(1), z.maxLength(8)), 'The attempts.'),
  live: z.field(z.array(liveSchema), 'Words of texts once there are runs; a text names one by `live`.'),
});
export type AttemptsPicture = z.infer<typeof attemptsSchema>;
