/** A picture of attempts: each is a line over the drawing, drawn by how its latest run ended, and by which way where that was seen. */
import * as z from 'zod/mini';
import { drawingShape, idSchema, lineSchema, placeSchema, sentenceSchema } from './drawing.ts';
import { segmentStates } from './path.ts';

/** How an attempt can end, and the outcomes of its check that end so. An arrow arrives; the other signs stand where the line stops. */
const endingSchema = z.strictObject({
  id: idSchema,
  message: z.string().check(z.minLength(3)),
  sign: z.enum(['arrow', 'cross', 'dots', 'query']),
  tone: z.enum(['good', 'bad', 'unsure']),
  outcomes: z.array(idSchema),
});
export type Ending = z.infer<typeof endingSchema>;

const segmentState = { segment: idSchema, state: z.enum(segmentStates) };
/** A possible way of an attempt, and the state of the path that shows it. `endings`: those that fit it; all when missing. */
const waySchema = z.strictObject({
  id: idSchema,
  message: sentenceSchema,
  when: z.strictObject(segmentState),
  endings: z.optional(z.array(idSchema)),
});

/** `begun` is drawn where nothing is known of the end; a line without `way` where nothing is known of the way. */
const drawnSchema = z.discriminatedUnion('shows', [
  z.strictObject({ shows: z.literal('through'), way: z.optional(idSchema), line: lineSchema }),
  z.strictObject({
    ...{ shows: z.literal('stopped'), way: z.optional(idSchema), line: lineSchema },
    mark: placeSchema,
  }),
  z.strictObject({ shows: z.literal('begun'), line: lineSchema, mark: placeSchema }),
]);

const attemptSchema = z.strictObject({
  check: idSchema,
  /** From where to where. */
  name: z.string().check(z.minLength(3)),
  number: placeSchema,
  /** The way as the page states it. Without it, this attempt has no ways. */
  way: z.optional(idSchema),
  /** There is one way only, so it is always known. */
  onlyWay: z.optional(z.literal(true)),
  lines: z.array(drawnSchema),
});

/** The words of a text once there are runs; the text names this by `live`. */
const liveSchema = z.discriminatedUnion('shows', [
  /** Whether the machine of this role answers. */
  z.strictObject({ id: idSchema, shows: z.literal('machine'), role: idSchema }),
  /** What the check observed; for these outcomes the word number `word` only, followed by `add` where there is room. */
  z.strictObject({
    ...{ id: idSchema, shows: z.literal('observed'), check: idSchema, outcomes: z.array(idSchema) },
    ...{ word: z.int().check(z.gte(1)), add: z.string(), room: z.int() },
  }),
  /** What the path shows of this attempt: the first state that holds. */
  z.strictObject({
    ...{ id: idSchema, shows: z.literal('path'), attempt: idSchema },
    ...{ states: z.array(z.strictObject({ ...segmentState, message: z.string() })), otherwise: z.string() },
  }),
]);
export type LiveText = z.infer<typeof liveSchema>;

export const attemptsSchema = z.strictObject({
  kind: z.literal('attempts'),
  ...drawingShape,
  /** The picture of the path whose segments show the ways. */
  path: z.optional(idSchema),
  endings: z.array(endingSchema).check(z.minLength(1)),
  /** The first whose state holds counts; `unseen` where none does. */
  ways: z.array(waySchema),
  unseen: sentenceSchema,
  /** At most as many as the styles can tell apart. */
  attempts: z.array(attemptSchema).check(z.minLength(1), z.maxLength(8)),
  live: z.array(liveSchema),
});
export type AttemptsPicture = z.infer<typeof attemptsSchema>;
